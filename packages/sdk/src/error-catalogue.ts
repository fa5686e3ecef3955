/** `transient`: retry is right. `permanent`: retry is useless. `policy_violation`: a person must decide. */
export type ErrorClass = 'transient' | 'permanent' | 'policy_violation';

export interface CatalogueEntry {
  readonly errorClass: ErrorClass;
  /** HTTP status of the host's answer. */
  readonly statusCode: number;
  readonly meaning: string;
  readonly remedy: string;
}

const entry = (errorClass: ErrorClass, statusCode: number, meaning: string, remedy: string): CatalogueEntry => ({
  errorClass,
  statusCode,
  meaning,
  remedy,
});

const permanent = (statusCode: number, meaning: string, remedy: string) =>
  entry('permanent', statusCode, meaning, remedy);
const transient = (statusCode: number, meaning: string, remedy: string) =>
  entry('transient', statusCode, meaning, remedy);
const policy = (statusCode: number, meaning: string, remedy: string) =>
  entry('policy_violation', statusCode, meaning, remedy);

/** Every code that a caller can meet. `docs/errors.md` is made from this table, and a test keeps it in step. */
export const CATALOGUE = {
  // What the caller sent.
  INPUT_INVALID: permanent(
    400,
    'A field of the request is missing, of the wrong shape or unknown.',
    'Correct the fields that the answer names; /api/docs/ shows the shapes.',
  ),
  BODY_MALFORMED: permanent(
    400,
    'The body is not the JSON or YAML it claims to be.',
    'Send well-formed content and the matching Content-Type.',
  ),
  BODY_TOO_LARGE: permanent(
    413,
    'The body is larger than the limit.',
    'Send less; artifacts go to PUT /api/artifacts/{sha256}.',
  ),
  IDEMPOTENCY_KEY_MISSING: permanent(
    400,
    'A write came without an Idempotency-Key.',
    'Send Idempotency-Key with the same value as correlation_id.',
  ),
  IDEMPOTENCY_KEY_MISMATCH: permanent(
    400,
    'Idempotency-Key differs from correlation_id.',
    'Send the same value in both.',
  ),
  DUPLICATE_REQUEST: permanent(
    409,
    'This correlation id has been used; the answer carries its first outcome.',
    'Nothing to do: read the outcome. For new work use a new correlation id.',
  ),
  IDEMPOTENCY_CONFLICT: permanent(
    422,
    'This correlation id belongs to a request with another body.',
    'Use a new correlation id for other work.',
  ),
  UNAUTHENTICATED: permanent(
    401,
    'No valid credential came with the request.',
    'Send Authorization: Bearer with the host token or an access token.',
  ),
  RATE_LIMITED: transient(429, 'The subject asks too often.', 'Wait as long as Retry-After says.'),
  IDENTITY_UNAVAILABLE: transient(
    503,
    'The identity provider does not answer, so nobody can be known.',
    'Check it; send the same request again.',
  ),
  FORBIDDEN: policy(403, 'The subject may not do this.', 'Ask somebody whose role allows it.'),
  NOT_FOUND: permanent(404, 'There is nothing at this address.', 'See /api/docs/ for the addresses.'),

  // What the caller named.
  ARTIFACT_NOT_FOUND: permanent(
    404,
    'No artifact with this SHA-256 is stored.',
    'Upload it first: eucora packages add, or PUT /api/artifacts/{sha256}.',
  ),
  ARTIFACT_MISMATCH: permanent(
    422,
    'The bytes do not have the announced SHA-256 or size.',
    'Check the download and its published checksum; nothing was stored.',
  ),
  PACKAGE_NOT_FOUND: permanent(
    404,
    'No such package was added.',
    'Add it: eucora packages add. eucora packages list shows what is there.',
  ),
  PACKAGE_EXISTS: permanent(
    409,
    'A package of this name, version and platform exists with other content.',
    'Packages never change; give the new content a new version.',
  ),
  PACKAGE_AMBIGUOUS: permanent(
    409,
    'The plane manages several platforms, and the package exists for more than one of them.',
    'Name the package with its platform, in an intent for that plane.',
  ),
  INTENT_NOT_FOUND: permanent(404, 'No such intent.', 'eucora intents list shows what is there.'),
  RUN_NOT_FOUND: permanent(404, 'No run has this correlation id.', 'Check the id; eucora events list finds it.'),
  EVIDENCE_NOT_FOUND: permanent(404, 'No evidence has this digest.', 'eucora status shows the digest of a run.'),
  RING_UNKNOWN: permanent(400, 'There is no such ring.', 'Use lab, canary, pilot, department or global (0 to 4).'),
  RING_NOT_IN_INTENT: permanent(
    422,
    'The intent has no such ring, or no scope for the plane in it.',
    'Create an intent that has the ring with a scope for each plane.',
  ),
  PLANE_UNKNOWN: permanent(
    422,
    'No enabled execution plane has this connector id.',
    'eucora connectors list shows them; register or enable the connector.',
  ),
  PLATFORM_MISMATCH: permanent(
    422,
    "The plane does not manage the package's platform.",
    'Choose a plane for that platform, or the package for this plane.',
  ),
  CONNECTOR_NOT_FOUND: permanent(404, 'No connector has this id.', 'eucora connectors list shows them.'),
  CAPABILITY_MISSING: permanent(
    422,
    'The connector does not declare the capability that this needs.',
    'Use a connector that declares it.',
  ),
  NOT_CONNECTED: permanent(
    409,
    'A verb was called before connect.',
    'Call connect first; the host does it when a connector is enabled.',
  ),
  RESOURCE_NOT_FOUND: permanent(404, 'The store has no such record.', 'List the records to see what is there.'),

  // What policy says.
  RING_NOT_READY: policy(
    403,
    'The ring before this one has not met its gates.',
    'The answer names each gate that is not met; wait, repair or roll back.',
  ),
  GATE_DENIED: policy(403, 'A policy gate refused.', 'The reasons come with the answer.'),
  APPROVAL_REJECTED: policy(
    403,
    'The approval was rejected.',
    'Ask the approver why; change the intent and ask again.',
  ),
  SELF_APPROVAL: policy(403, 'The requester cannot approve.', 'Ask somebody else.'),
  APPROVER_NOT_ALLOWED: policy(
    403,
    'Whoever made the package, an agent, or somebody who was not asked cannot approve.',
    'Ask one of those that the answer names, or somebody else.',
  ),
  APPROVAL_EXPIRED: policy(
    403,
    'Nobody approved in time.',
    'Publish again under a new correlation id; the approvers are asked anew.',
  ),
  APPROVAL_STALE: permanent(
    409,
    'The evidence or the plan has changed since it was looked at.',
    'Look at the approval again; a yes counts for exactly what was shown.',
  ),
  WAIVER_NOT_FOUND: permanent(404, 'No waiver has this id.', 'eucora waivers list shows those that there are.'),
  INCIDENT_NOT_FOUND: permanent(
    404,
    'No incident with this id is open.',
    'eucora incidents list shows those that are.',
  ),
  DOCUMENT_INVALID: permanent(
    422,
    'A document of evidence is not what it says it is, or is about another artifact.',
    'Make it again with the tool that wrote it, for this artifact.',
  ),
  EVIDENCE_TAMPERED: policy(
    422,
    'An evidence pack is not as it was sealed.',
    'Treat it as an incident: the answer names the file, and the store holds the original.',
  ),
  PLAN_INVALID: permanent(
    422,
    'The plan is not one that this hub signed, byte for byte.',
    'Make a new one: eucora plan -o plan.json.',
  ),
  PLAN_EXPIRED: permanent(409, 'The plan is too old to be applied.', 'Make a new one: eucora plan -o plan.json.'),
  PLAN_STALE: policy(
    409,
    'The plane is not as it was when the plan was made; the named operation was not begun.',
    'Look at what changed, and make a new plan.',
  ),
  APPROVAL_NOT_FOUND: permanent(
    404,
    'No approval with this id is waiting.',
    'eucora approvals list shows those that wait.',
  ),
  SCOPE_TOO_LARGE: policy(
    403,
    'The scope holds more devices than the ring allows.',
    "Use a smaller group, or raise the ring's size_limit with a new intent.",
  ),
  READ_ONLY: policy(
    403,
    'Something tried to change a plane while a plan was made.',
    'Report it to the author of the plugin: planning must not write.',
  ),
  EGRESS_REFUSED: policy(
    403,
    'A request went to a host that the plugin does not declare.',
    'Declare the host in the plugin, if it is right to go there.',
  ),

  // What became of a run.
  THRESHOLD_MISSED: policy(
    409,
    'Too many devices failed for the ring to reach its success threshold.',
    'Look at the failed devices; the run was halted or rolled back as the intent says.',
  ),
  TIME_EXCEEDED: policy(
    409,
    'The ring did not reach its threshold in its time to compliance.',
    'Look at the pending devices; the run was halted or rolled back as the intent says.',
  ),
  RUN_FINISHED: permanent(
    409,
    'The run has ended; there is nothing to halt.',
    'Roll it back, if that is what you want.',
  ),
  NOT_ROLLED_OUT: permanent(
    409,
    'The run never touched the plane; there is nothing to roll back.',
    'Halt it, if it still waits.',
  ),
  ATTEMPTS_EXHAUSTED: policy(
    409,
    'The work was tried as often as allowed and still fails.',
    'Look at the last error; put its cause right and publish again.',
  ),

  // What a plane answered.
  PLANE_UNREACHABLE: transient(
    503,
    'No answer came from the plane.',
    'Check the network and the plane; the work is tried again.',
  ),
  PLANE_THROTTLED: transient(
    503,
    'The plane asked us to slow down.',
    'Nothing to do: the work goes on when the plane allows it.',
  ),
  PLANE_ERROR: transient(
    502,
    'The plane failed to answer properly.',
    'Nothing to do at first: the work is tried again.',
  ),
  PLANE_ANSWER_INVALID: transient(
    502,
    'The plane answered with something that is not its API.',
    'Look for a proxy or a maintenance page in between; the work is tried again.',
  ),
  PLANE_UNAUTHENTICATED: permanent(
    502,
    'The plane refused our credential, also after a fresh token.',
    "Check the credential and its expiry in the connector's configuration.",
  ),
  PLANE_FORBIDDEN: policy(
    502,
    'The plane says that we may not do this.',
    "Grant the permission that the connector's documentation names.",
  ),
  PLANE_OBJECT_MISSING: permanent(
    502,
    'An object that we need is not on the plane.',
    'Check that nobody deleted it; then publish again.',
  ),
  PLANE_CONFLICT: permanent(
    502,
    "The plane's object is in the way of ours.",
    'Look at the named object on the plane and settle it there.',
  ),
  PLANE_REJECTED: permanent(
    502,
    'The plane refused the request as wrong.',
    'The message comes from the plane; correct what it names.',
  ),
  PLANE_NOT_CONVERGING: transient(
    502,
    'The plane accepted a write and does not show it.',
    'Nothing to do at first: it is asked again later.',
  ),
  CIRCUIT_OPEN: transient(
    503,
    'The plane failed several times in a row; it is left alone for a while.',
    "Check the plane's health; trial requests go out by themselves.",
  ),
  DEADLINE_EXCEEDED: transient(
    504,
    'The call did not end in its time.',
    'Nothing to do at first: the work is tried again.',
  ),

  // What the host's operator must see to.
  CONFIG_INVALID: permanent(400, 'The configuration has a mistake.', 'Correct the named field.'),
  REGISTRY_INVALID: permanent(
    400,
    'A line of the registry file is not a registration.',
    'Correct the named line; earlier lines still count.',
  ),
  PLUGIN_LOAD_FAILED: permanent(
    422,
    'The plugin could not be loaded.',
    'Install the module and check its message; other plugins are not affected.',
  ),
  PLUGIN_PORT_VERSION: permanent(
    422,
    'The plugin was made for another version of the ports.',
    'Install a version of the plugin for this SDK.',
  ),
  PLUGIN_INTEGRITY: policy(
    403,
    "The plugin's files are not those that were registered.",
    'Find out who changed them; register again if the change is wanted.',
  ),
  SECRET_NOT_FOUND: permanent(
    422,
    'The secret that a reference names is not there.',
    'Provide it where the reference says.',
  ),
  CREDENTIAL_SHARED: policy(
    403,
    'An account or a secret that belongs to one connector alone is used by another.',
    'Give the other connector an account and a secret of its own.',
  ),
  SECRET_REFERENCE_INVALID: permanent(
    400,
    'A secret reference is not one that a provider knows.',
    'Use env:NAME, file:/path, or the id of a registered secret provider.',
  ),
  SECRET_STORE_UNAVAILABLE: transient(
    503,
    'The store that a secret reference names does not answer.',
    'Check it; what needs the secret is tried again.',
  ),
  SECRET_STORE_FORBIDDEN: policy(
    403,
    'The store knows us and does not let us read the secret.',
    'Grant the identity of the hub read access to it.',
  ),
  DATA_DIR_IN_USE: permanent(409, 'Another host uses this data folder.', 'Stop it, or choose another DATA_DIR.'),
  STORAGE_FULL: transient(503, 'The disk or the database is full.', 'Free some space; nothing acknowledged was lost.'),
  STORAGE_UNAVAILABLE: transient(503, 'The database does not answer.', 'Check it; send the same request again.'),
  CHAIN_BROKEN: policy(
    409,
    'The audit chain does not verify.',
    'Treat it as an incident: the answer names the first event that does not fit.',
  ),
  VERSION_CONFLICT: transient(
    409,
    'Somebody else wrote to this stream first.',
    'Nothing to do: it is read and tried again.',
  ),
  STALE_LEASE: transient(409, 'The work was taken over by another worker.', 'Nothing to do: the other worker goes on.'),
  SHUTTING_DOWN: transient(503, 'The host is stopping.', 'Send the request again; runs resume at the next start.'),
  HOST_UNREACHABLE: transient(
    503,
    'The host does not answer.',
    'Start it: eucora host start; or point EUCORA_URL at it.',
  ),
  INTERNAL: transient(500, 'Something that we did not foresee.', 'Report it with the correlation id.'),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;
