import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { requestOf, type OpenApiDocument, type OpenApiValidator, type TrafficLine } from '@eucora/sdk/testing';

/** A simulator and the vendor's documents that its callers are held to. */
export interface Contracted {
  /** As the simulator names itself. */
  readonly simulator: string;
  readonly contractNames: readonly string[];
  readonly contractOf: (documents: Readonly<Record<string, OpenApiDocument>>) => Promise<OpenApiValidator>;
}

export interface Findings {
  readonly simulator: string;
  /** Requests of our clients; those that tests sent by hand are not counted. */
  readonly requests: number;
  readonly different: number;
  /** `METHOD path: what is wrong`, with how often. */
  readonly violations: ReadonlyMap<string, number>;
}

/** Every request that was recorded, held against the contract of its plane. */
export async function judge(
  folder: string,
  contracted: readonly Contracted[],
  documentNamed: (name: string) => OpenApiDocument,
): Promise<Findings[]> {
  const findings: Findings[] = [];
  for (const { simulator, contractNames, contractOf } of contracted) {
    const validate = await contractOf(Object.fromEntries(contractNames.map((name) => [name, documentNamed(name)])));
    const different = new Set<string>();
    const violations = new Map<string, number>();
    let requests = 0;
    for await (const line of trafficIn(folder)) {
      if (line.simulator !== simulator || line.headers['user-agent'] !== 'eucora-hub') continue;
      requests += 1;
      const request = requestOf(line);
      different.add(`${request.method} ${request.path.replace(/[0-9a-f-]{8,}|\d+/gi, '{}')}`);
      for (const wrong of validate(request)) {
        const violation = `${request.method} ${request.path}: ${wrong}`;
        violations.set(violation, (violations.get(violation) ?? 0) + 1);
      }
    }
    findings.push({ simulator, requests, different: different.size, violations });
  }
  return findings;
}

async function* trafficIn(folder: string): AsyncIterable<TrafficLine> {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(join(folder, file)) })) {
      yield JSON.parse(line) as TrafficLine;
    }
  }
}
