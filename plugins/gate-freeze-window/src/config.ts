import 'reflect-metadata';
import { classSchema, PLATFORMS, RINGS, type Decision, type Platform, type RingName } from '@eucora/sdk';
import { plainToInstance, Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsNumber,
  IsString,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import { cronStarts } from './cron-starts.js';
import type { FreezeRules, Window } from './gate.js';
import { instantOf, IsCron, IsInstant, IsLaterThan, IsTimeZone } from './moments.js';
import { once, recurring } from './times.js';
import { wallClock } from './wall-clock.js';

const HOUR_MS = 3_600_000;
const NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** What every window has. */
class WindowSettings {
  /** What a waiver calls it. */
  @Matches(NAME, { message: 'name must be lower case without spaces, weekend: waivers go by it' })
  name!: string;

  @IsIn(RINGS, { each: true })
  @ArrayMinSize(1)
  @IsArray()
  rings: RingName[] = [...RINGS];

  @IsIn(PLATFORMS, { each: true })
  @ArrayMinSize(1)
  @IsArray()
  platforms: Platform[] = [...PLATFORMS];

  /** `esbuild`, or one version of it: `esbuild@0.25.1`. The window does not concern them. */
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @IsArray()
  exceptPackages: string[] = [];

  @IsTimeZone()
  timeZone: string = 'UTC';

  /** For whoever is refused. */
  @IsString()
  @IsNotEmpty()
  why!: string;
}

/** `{ name: 'weekend', cron: '0 18 * * FRI', hours: 60, timeZone: 'Europe/Berlin', why: 'nobody is in' }` */
class RecurringWindow extends WindowSettings {
  /** Minute, hour, day, month, weekday, on the clock on the wall of `timeZone`. */
  @IsCron()
  cron!: string;

  /** On the same clock. A quarter of an hour to a year. */
  @IsNumber()
  @Min(0.25)
  @Max(8_784)
  hours!: number;
}

/** `{ name: 'year-end', from: '2026-12-18T00:00:00Z', until: '2027-01-04T00:00:00Z', why: 'closing of the books' }` */
class OneOffWindow extends WindowSettings {
  @IsInstant()
  from!: string;

  /** The first moment at which it is over. */
  @IsLaterThan('from')
  @IsInstant()
  until!: string;
}

/** One that has a cron is a recurring one, so that settings of the other sort are refused by name. */
const ToWindows = () =>
  Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => {
    const given = obj[key];
    return Array.isArray(given) ? given.map(toWindow) : given;
  });

function toWindow(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  return plainToInstance<object, object>('cron' in given ? RecurringWindow : OneOffWindow, given);
}

const nameOf = ({ name }: WindowSettings) => name;
const SAME_NAME = { message: 'two windows have the same name' };

/** What an operator may set. At least one window: a gate that refuses nothing is a mistake. */
export class FreezeWindowConfig {
  @ValidateNested({ each: true })
  @ArrayUnique(nameOf, SAME_NAME)
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsArray()
  @ValidateIf(({ freezes, changeWindows }: FreezeWindowConfig) => freezes !== undefined || changeWindows === undefined)
  @ToWindows()
  freezes?: (RecurringWindow | OneOffWindow)[];

  @ValidateNested({ each: true })
  @ArrayUnique(nameOf, SAME_NAME)
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsArray()
  @ValidateIf(({ changeWindows }: FreezeWindowConfig) => changeWindows !== undefined)
  @ToWindows()
  changeWindows?: (RecurringWindow | OneOffWindow)[];

  /** What becomes of a refusal when the requester declared an emergency. */
  @IsIn(['deny', 'needs_approval', 'allow'] satisfies Decision[])
  emergency: Decision = 'needs_approval';
}

export const freezeWindowConfig = classSchema(
  FreezeWindowConfig,
  { plainToInstance, validateSync },
  {
    settle: ({ freezes = [], changeWindows = [], emergency }): FreezeRules => ({
      freezes: freezes.map(windowOf),
      changeWindows: changeWindows.map(windowOf),
      emergency,
    }),
  },
);

function windowOf(settings: RecurringWindow | OneOffWindow): Window {
  const { name, rings, platforms, exceptPackages, why, timeZone } = settings;
  const clock = wallClock(timeZone);
  const times =
    settings instanceof RecurringWindow
      ? recurring(cronStarts(settings.cron), Math.round(settings.hours * HOUR_MS), clock)
      : once(instantOf(settings.from), instantOf(settings.until), clock);
  return { name, rings, platforms, exceptPackages, why, times };
}
