import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';

/** A class whose fields are declared with the decorators below. Never instantiated: bodies stay plain objects. */
export type WireClass<Body extends object = object> = abstract new () => Body;

type Hint = Exclude<Parameters<typeof JSONSchema>[0], (...args: never[]) => unknown>;

const hints = new WeakMap<object, Map<PropertyKey, Hint>>();

const all =
  (...decorators: readonly PropertyDecorator[]): PropertyDecorator =>
  (target, property) =>
    decorators.forEach((decorate) => decorate(target, property));

const typed = (of: () => WireClass): PropertyDecorator => Type(of);

/** The field may be left out. `null` is not leaving out. */
export const Optional = (): PropertyDecorator => IsOptional();

/** More for the OpenAPI document, and for the validator that is made from it. Several on one field add up. */
export const Hinted =
  (schema: Hint): PropertyDecorator =>
  (target, property) => {
    const ofClass = hints.get(target) ?? new Map<PropertyKey, Hint>();
    const merged = { ...ofClass.get(property), ...schema };
    hints.set(target, ofClass.set(property, merged));
    JSONSchema(merged)(target, String(property));
  };

export const Text = (max = 1_024, min = 1): PropertyDecorator => all(IsString(), Length(min, max));

/** What we name things by: letters, digits, `.`, `_` and `-`, so that it fits in a path, a mark and a header. */
export const Name = (): PropertyDecorator => all(IsString(), Length(1, 128), Matches(/^[\w.-]+$/));

export const Digest = (): PropertyDecorator => all(IsString(), Matches(/^[0-9a-f]{64}$/));

/** ISO 8601, UTC. */
export const Instant = (): PropertyDecorator => all(IsString(), Hinted({ format: 'date-time' }));

export const Whole = (min: number, max: number): PropertyDecorator =>
  all(IsInt(), Min(min), Max(max), Hinted({ type: 'integer' }));

export const Quantity = (min: number, max: number): PropertyDecorator => all(IsNumber(), Min(min), Max(max));

export const Flag = (): PropertyDecorator => IsBoolean();

export const OneOf = (values: readonly string[]): PropertyDecorator => IsIn([...values]);

export const Texts = (min = 0, max = 10_000): PropertyDecorator =>
  all(IsArray(), IsString({ each: true }), Length(1, 1_024, { each: true }), ArrayMinSize(min), ArrayMaxSize(max));

export const Nested = (of: () => WireClass): PropertyDecorator => all(ValidateNested(), typed(of));

export const ListOf = (of: () => WireClass, min = 0, max = 10_000): PropertyDecorator =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), ValidateNested({ each: true }), typed(of));

/** Each item is one of the classes; the field `by` says which. */
export const ListOfAny = (by: string, of: readonly WireClass[], min = 0, max = 1_000): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    Hinted({
      items: {
        type: 'object',
        required: [by],
        discriminator: { propertyName: by },
        oneOf: of.map(({ name }) => ({ $ref: `#/components/schemas/${name}` })),
      },
    }),
  );

/** A map with names that the sender chooses. */
export const MapOf = (of: WireClass): PropertyDecorator =>
  all(IsObject(), Hinted({ additionalProperties: { $ref: `#/components/schemas/${of.name}` }, maxProperties: 1_000 }));

/** A map whose shape is somebody else's affair: a plugin's configuration, an event's data. */
export const Opaque = (): PropertyDecorator => all(IsObject(), Hinted({ additionalProperties: true }));

/** Anything at all, also nothing. */
export const Anything = (): PropertyDecorator => all(IsOptional(), Hinted({}));
