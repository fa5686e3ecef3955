/** Where a credential is, never the credential itself: `env:GRAPH_KEY`, `file:/run/secrets/graph.pem`. */
export type SecretReference = string;

export interface SecretProvider {
  /**
   * The secret as text. May be called often; an implementation may cache for a short time, so that a rotated secret is seen.
   *
   * @throws EucoraError `SECRET_NOT_FOUND` with the reference, never with any part of a value
   */
  resolve(reference: SecretReference): Promise<string>;
}
