import { Container, type ServiceIdentifier } from 'inversify';
import type { Plugin, PluginKinds } from '@eucora/sdk';

/** What one plugin is made of, by token. */
export const PLUGIN = {
  id: Symbol('plugin id') as ServiceIdentifier<string>,
  definition: Symbol('plugin definition') as ServiceIdentifier<Plugin>,
  config: Symbol('plugin config') as ServiceIdentifier<unknown>,
  instance: Symbol('plugin instance') as ServiceIdentifier<PluginKinds[keyof PluginKinds]>,
};

/**
 * A container for one plugin alone. It has no parent: whatever a plugin binds or asks for, the host's own parts and the
 * other plugins are not behind it. What a plugin may have of the host comes with the context of each call.
 */
export function pluginContainer(id: string, definition: Plugin, config: unknown): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(PLUGIN.id).toConstantValue(id);
  container.bind(PLUGIN.definition).toConstantValue(definition);
  container.bind(PLUGIN.config).toConstantValue(config);
  container
    .bind(PLUGIN.instance)
    .toResolvedValue(
      (plugin: Plugin, own: unknown, name: string) => plugin.create(own, { id: name }),
      [PLUGIN.definition, PLUGIN.config, PLUGIN.id],
    )
    .inSingletonScope();
  return container;
}
