import { EucoraError, type Context, type Operation, type Refs } from '@eucora/sdk';
import { placeContent } from './content-folder.js';
import { author, awaitContent, distribute } from './make-application.js';
import { deploy, takeOff } from './make-deployment.js';
import { makeSiteCollection } from './make-site-collection.js';
import { displayNameOf, type WantedTarget } from './mapping.js';
import { applicationThatIsThere, type Means, type Seen } from './means.js';

/** One operation: one write, or none. */
export async function execute(means: Means, ctx: Context, operation: Operation, known: Seen): Promise<Refs> {
  const { order, observed } = known;
  const { kind, params } = operation;

  switch (kind) {
    case 'create_site_collection':
    case 'add_site_rule':
    case 'evaluate_site_collection':
      return makeSiteCollection(means, ctx, operation, known);
    case 'place_content':
      await placeContent(means.config, ctx, order.package);
      return {};
    case 'author_application':
      return author(means, ctx, order);
    case 'distribute_content':
      return distribute(means, ctx, params.groups as readonly string[], applicationThatIsThere(observed, order));
    case 'distribute_to_points': {
      const points = params.points as readonly string[];
      await means.authoring.distributeToPoints(ctx, {
        display_name: displayNameOf(order.package),
        distribution_points: points,
      });
      return { application_id: applicationThatIsThere(observed, order).ref };
    }
    case 'await_content':
      return awaitContent(means, ctx, order, applicationThatIsThere(observed, order));
    case 'delete_deployment':
      return takeOff(means, ctx, operation, known);
    case 'create_deployment':
      return deploy(means, ctx, params as unknown as WantedTarget, known);
    default:
      throw new EucoraError('INTERNAL', { what: `"${kind}" is no operation on SCCM` });
  }
}
