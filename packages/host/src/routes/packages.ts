import { route, type Route } from '../http/route.js';
import { packageFromWire } from '../wire/from-wire.js';
import { AttachBody, PackageAnswer, PackageBody, PackagePage } from '../wire/package.js';
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
    method: 'POST',
    path: '/api/packages/documents/',
    permission: 'package.create',
    tag: 'packages',
    summary: 'Add a document to a package: a newer scan, a signature, a test report',
    body: AttachBody,
    answers: {
      status: 201,
      of: PackageAnswer,
      what: 'The package with its documents. Adding the same again changes nothing.',
    },
    problems: ['PACKAGE_NOT_FOUND', 'ARTIFACT_NOT_FOUND', 'ARTIFACT_MISMATCH'],
    async handle({ body: { package_key, sha256, size, file_name, kind }, actor }) {
      const document = { kind, sha256, size, fileName: file_name };
      return { body: packageToWire(await hub.attach(package_key, document, actor)) };
    },
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
