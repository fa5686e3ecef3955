import { EucoraError } from '@eucora/sdk';

/** `vault:<mount>/<path>#<field>@v<version>`, taken apart. */
export interface Place {
  readonly mount: string;
  readonly path: readonly string[];
  readonly field: string;
  /** Absent: the newest. */
  readonly version?: number;
}

const PLACE = /^([^/#]+)\/([^#]+)#(.+?)(?:@v([1-9]\d{0,8}))?$/;
/** No name that anybody gave, and an address would be another with it. */
const STRANGE = /^\.{0,2}$|[\u0000-\u001f\u007f]/;

/** @param id what references to this store begin with @throws EucoraError `SECRET_REFERENCE_INVALID` */
export function placeIn(reference: string, id: string): Place {
  const [, mount, rest, field, version] = PLACE.exec(reference.slice(id.length + 1)) ?? [];
  const path = rest?.split('/') ?? [];
  if (!reference.startsWith(`${id}:`) || !mount || !field || [mount, ...path].some((name) => STRANGE.test(name))) {
    throw new EucoraError('SECRET_REFERENCE_INVALID', {
      what: `${reference} is not of the form ${id}:<mount>/<path>#<field>, with @v<version> where one is wanted`,
      details: { reference },
    });
  }
  return { mount, path, field, ...(version && { version: Number(version) }) };
}
