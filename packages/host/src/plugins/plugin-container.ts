import { Container, type ServiceIdentifier } from 'inversify';
import type { CreateOptions, Plugin, PluginKinds } from '@eucora/sdk';

/** What one plugin is made of, by token. */
export const PLUGIN = {
  options: Symbol('plugin options') as ServiceIdentifier<CreateOptions>,
  definition: Symbol('plugin definition') as ServiceIdentifier<Plugin>,
  config: Symbol('plugin config') as ServiceIdentifier<unknown>,
  instance: Symbol('plugin instance') as ServiceIdentifier<PluginKinds[keyof PluginKinds]>,
};

/**
 * A container for one plugin alone. It has no parent: whatever a plugin binds or asks for, the host's own parts and the
 * other plugins are not behind it. What a plugin may have of the host comes with the context of each call.
 */
export function pluginContainer(definition: Plugin, config: unknown, options: CreateOptions): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(PLUGIN.options).toConstantValue(options);
  container.bind(PLUGIN.definition).toConstantValue(definition);
  container.bind(PLUGIN.config).toConstantValue(config);
  container
    .bind(PLUGIN.instance)
    .toResolvedValue(
      (plugin: Plugin, own: unknown, given: CreateOptions) => plugin.create(own, given),
      [PLUGIN.definition, PLUGIN.config, PLUGIN.options],
    )
    .inSingletonScope();
  return container;
}
