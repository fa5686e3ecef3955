import { aiming } from './aim.js';
import type { LandscapeConfig } from './config.js';
import { openLandscape, type Landscape } from './landscape.js';
import { repositoryKeeper, type RepositoryKeeper } from './repository.js';
import { openShelf, type Shelf } from './shelf.js';

/** What a connected plane holds. */
export interface Connection {
  readonly landscape: Landscape;
  readonly aim: ReturnType<typeof aiming>;
  /** Where a local repository is configured. */
  readonly shelf?: Shelf;
  readonly keeper?: RepositoryKeeper;
}

/** @param ca PEM of the authority behind a self-hosted server */
export function open(config: LandscapeConfig, plane: string, ca: string | undefined): Connection {
  const server = openLandscape(config, plane, ca);
  const aim = aiming(server, config);
  if (!config.repository) return { landscape: server, aim };
  const shelf = openShelf(config.repository);
  return { landscape: server, aim, shelf, keeper: repositoryKeeper(server, config, config.repository, shelf) };
}
