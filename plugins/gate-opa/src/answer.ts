import { allow, deny, type Decision, type GateAnswer, type GateFacts, type Quorum } from '@eucora/sdk';

const DECISIONS: readonly Decision[] = ['allow', 'deny', 'needs_approval'];
const FIELDS = ['decision', 'reasons', 'approval', 'waived'];
const QUORUM_FIELDS = ['needed', 'from', 'valid_hours'];

/** Reasons that are passed on; a person reads no more. */
const MOST_REASONS = 50;

/**
 * What the policy decided. It may say `true` or `false`, give a list of what speaks against it (Rego's set of messages), or an
 * object with `decision`. Whatever else it says, it has not allowed.
 *
 * @param results OPA's result set in JSON: `[{ "result": … }]`, and `[]` when the decision is undefined
 */
export function answerOf(results: string, gate: string, facts: GateFacts): GateAnswer {
  const set: unknown = JSON.parse(results);
  if (!Array.isArray(set) || set.length === 0)
    return deny('the policy is undefined for these facts: give its decision a default');
  const result: unknown = isRecord(set[0]) ? set[0].result : undefined;
  if (set.length > 1 || result === undefined) return deny(`the policy gave no single answer: ${shown(set)}`);

  if (result === true) return allow();
  if (result === false) return deny('the policy says no, without a reason');
  if (isTexts(result)) return result.length > 0 ? deny(...fewer(result)) : allow();
  if (!isRecord(result)) return deny(`the policy answered ${shown(result)}, which is no decision`);
  return decided(result, gate, facts);
}

function decided(result: Readonly<Record<string, unknown>>, gate: string, facts: GateFacts): GateAnswer {
  const { decision, reasons = [], approval, waived = [] } = result;
  const unknown = Object.keys(result).filter((field) => !FIELDS.includes(field));
  if (unknown.length > 0) return deny(`the policy's answer has unknown fields: ${unknown.join(', ')}`);
  if (!isDecision(decision)) return deny(`the policy's decision is ${shown(decision)}, which is none`);
  if (!isTexts(reasons)) return deny("the policy's reasons are not a list of sentences");
  if (!isTexts(waived)) return deny("the policy's waived is not a list of ids");

  const known = facts.waivers.filter((waiver) => waiver.gate === gate).map(({ id }) => id);
  const foreign = waived.filter((id) => !known.includes(id));
  if (foreign.length > 0)
    return deny(`the policy used waivers that are not in force for ${gate}: ${foreign.join(', ')}`);

  const quorum = approval === undefined ? undefined : quorumOf(approval);
  if (quorum === 'none') return deny(`the policy asks for an approval that makes no sense: ${shown(approval)}`);
  if (quorum && decision !== 'needs_approval') return deny(`the policy says ${decision} and asks for an approval`);

  const why =
    reasons.length > 0 || decision === 'allow' ? fewer(reasons) : [`the policy says ${decision}, without a reason`];
  return { decision, reasons: why, ...(quorum && { approval: quorum }), ...(waived.length > 0 && { waived }) };
}

function quorumOf(value: unknown): Quorum | 'none' {
  if (!isRecord(value) || Object.keys(value).some((field) => !QUORUM_FIELDS.includes(field))) return 'none';
  const { needed, from, valid_hours: validHours } = value;
  if (!isNumber(needed) || !Number.isInteger(needed) || needed < 1) return 'none';
  if (from !== undefined && !(isTexts(from) && from.length > 0)) return 'none';
  if (validHours !== undefined && !(isNumber(validHours) && validHours > 0)) return 'none';
  return { needed, ...(from && { from }), ...(validHours !== undefined && { validHours }) };
}

const fewer = (reasons: readonly string[]): string[] =>
  reasons.length > MOST_REASONS
    ? [...reasons.slice(0, MOST_REASONS), `and ${reasons.length - MOST_REASONS} more`]
    : [...reasons];

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 200);

const isNumber = (value: unknown): value is number => typeof value === 'number';

const isDecision = (value: unknown): value is Decision => DECISIONS.some((decision) => decision === value);

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string' && /\S/.test(text));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
