import { route, type Route } from '../http/route.js';
import { packageFromWire } from '../wire/from-wire.js';
import { PackageAnswer, PackageBody, PackagePage } from '../wire/package.js';
import { PageQuery } from '../wire/page.js';
import { packageToWire } from '../wire/to-wire.js';
import { pageToWire } from './pages.js';
import type { Services } from './services.js';

export const packageRoutes = ({ hub }: Services): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/packages/',
    permission: 'package.create',
    tag: 'packages',
    summary: 'Add one version of one application for one platform',
    body: PackageBody,
    answers: { status: 201, of: PackageAnswer, what: 'The package. Adding the same again changes nothing.' },
    problems: ['ARTIFACT_NOT_FOUND', 'ARTIFACT_MISMATCH', 'PACKAGE_EXISTS'],
    handle: async ({ body, actor }) => ({ body: packageToWire(await hub.addPackage(packageFromWire(body), actor)) }),
  }),
  route({
    method: 'GET',
    path: '/api/packages/',
    permission: 'package.read',
    tag: 'packages',
    summary: 'Packages that were added',
    query: PageQuery,
    answers: { status: 200, of: PackagePage, what: 'A page.' },
    handle: async ({ query }) => ({ body: pageToWire(await hub.packages(query), packageToWire) }),
  }),
];
