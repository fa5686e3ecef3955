import { EucoraError } from '../errors.js';

interface HostPattern {
  /** The name, or `.blob.core.windows.net` for a wildcard. */
  readonly name: string;
  readonly wildcard: boolean;
  /** Empty for the scheme's own port. */
  readonly port: string;
}

/** Holds a plugin to the hosts that it declared, and its credentials to fewer still. */
export class Egress {
  readonly #plane: string;
  readonly #plainAllowed: boolean;
  readonly #open: readonly HostPattern[];
  readonly #trusted: readonly HostPattern[];

  /** @throws EucoraError `EGRESS_REFUSED` when `base` itself is not declared, `CONFIG_INVALID` for a pattern that is none */
  constructor(plane: string, base: URL, hosts: readonly string[], bearerHosts: readonly string[]) {
    this.#plane = plane;
    this.#plainAllowed = base.protocol === 'http:';
    this.#open = hosts.map(toPattern);
    this.#trusted = [toPattern(base.host), ...bearerHosts.map(toPattern)];
    this.admit(base, false);
  }

  /** @throws EucoraError `EGRESS_REFUSED` */
  admit(address: URL, withBearer: boolean): void {
    const schemes = this.#plainAllowed ? ['https:', 'http:'] : ['https:'];
    if (!schemes.includes(address.protocol)) {
      throw this.#refusal(address, `${address.protocol}// is not ${schemes.join(' or ')}//.`);
    }
    if (!this.#open.some((pattern) => fits(pattern, address))) {
      throw this.#refusal(address, `${this.#plane} does not declare the host ${address.host}.`);
    }
    if (withBearer && !this.maySeeCredentials(address)) {
      throw this.#refusal(
        address,
        `${address.host} may not see the bearer token of ${this.#plane}.`,
        'Mark the request as anonymous, or name the host in bearerHosts if it belongs to the plane.',
      );
    }
  }

  maySeeCredentials(address: URL): boolean {
    return this.#trusted.some((pattern) => fits(pattern, address));
  }

  #refusal(address: URL, what: string, remedy?: string): EucoraError {
    return new EucoraError('EGRESS_REFUSED', { what, remedy, details: { plane: this.#plane, host: address.host } });
  }
}

function toPattern(text: string): HostPattern {
  const wildcard = text.startsWith('*.');
  const url = `https://${wildcard ? text.slice(2) : text}`;
  if (!URL.canParse(url) || text.slice(1).includes('*') || text === '*' || /[/@?#]/.test(text)) {
    throw new EucoraError('CONFIG_INVALID', { what: `"${text}" is not a host, host:port or *.domain.` });
  }
  const { hostname, port } = new URL(url);
  return { name: wildcard ? `.${hostname}` : hostname, wildcard, port };
}

const fits = ({ name, wildcard, port }: HostPattern, address: URL): boolean =>
  port === address.port && (wildcard ? address.hostname.endsWith(name) : address.hostname === name);
