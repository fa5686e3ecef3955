import type { Figure } from '../figure.js';
import { e1 } from './e1-evidence-packs.js';
import { e2 } from './e2-authentication.js';
import { p1 } from './p1-accepted-publishes.js';
import { p10 } from './p10-publish-run.js';
import { p12 } from './p12-one-bad-plane.js';
import { p15 } from './p15-embedded.js';
import { p16 } from './p16-first-impressions.js';
import { p6 } from './p6-fresh-connections.js';
import { p2 } from './p2-naive-way.js';
import { p3 } from './p3-event-store.js';
import { p4 } from './p4-append-and-copy.js';

/** In the order of PERFORMANCE.md; then our own. */
export const FIGURES: readonly Figure[] = [p1, p2, p3, p4, p6, p10, p12, p15, p16, e1, e2];
