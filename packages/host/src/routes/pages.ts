import type { ViewPage } from '@eucora/engine';

export const pageToWire = <Item, Wire>({ items, next }: ViewPage<Item>, each: (item: Item) => Wire) => ({
  items: items.map(each),
  ...(next !== undefined && { next }),
});
