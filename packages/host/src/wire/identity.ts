import { Flag, Hinted, OneOf, Optional, Text, Texts } from './fields.js';

/** How to get a token. With `local_token` it is in the file `token` of the host's data folder. */
export class LoginAnswer {
  @OneOf(['oidc', 'local_token']) declare kind: 'oidc' | 'local_token';
  @Hinted({ description: 'The identity provider; its discovery document is below it.' })
  @Optional()
  @Text()
  declare issuer?: string;
  @Hinted({ description: 'A public client for people at a command line: authorization code with PKCE.' })
  @Optional()
  @Text()
  declare client_id?: string;
  @Hinted({ description: 'What that client asks for.' }) @Optional() @Texts() declare scopes?: string[];
  @Hinted({ description: 'Whom a token must be for.' }) @Optional() @Text() declare audience?: string;
  @Hinted({ description: 'What to send as `resource` (RFC 8707).' }) @Optional() @Text() declare resource?: string;
}

export class WhoAmIAnswer {
  @Hinted({ description: 'The actor in every event that you cause.' }) @Text() declare subject: string;
  @Hinted({ description: 'As the token says it; not stored.' }) @Optional() @Text() declare name?: string;
  @Texts() declare roles: string[];
  @Hinted({ description: 'What the roles give, also as patterns: `license.*`.' })
  @Texts()
  declare permissions: string[];
  @Hinted({ description: 'No person: what it asks for is judged by its risk class.' }) @Flag() declare agent: boolean;
}
