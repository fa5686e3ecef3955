import { EucoraError } from '@eucora/sdk';

/** `<id>:<secret name>@<version>`, taken apart. */
export interface Place {
  readonly name: string;
  /** Absent: the newest. */
  readonly version?: string;
}

/** Names as Key Vault takes them. */
const PLACE = /^([0-9a-zA-Z-]{1,127})(?:@([0-9a-zA-Z]{1,64}))?$/;

/** @param id what references to this store begin with @throws EucoraError `SECRET_REFERENCE_INVALID` */
export function placeIn(reference: string, id: string): Place {
  const [, name, version] = (reference.startsWith(`${id}:`) && PLACE.exec(reference.slice(id.length + 1))) || [];
  if (name) return { name, ...(version && { version }) };
  throw new EucoraError('SECRET_REFERENCE_INVALID', {
    what: `${reference} is not of the form ${id}:<secret name>, with @<version> where one is wanted`,
    details: { reference },
  });
}
