/** The catalogue of well-known lists, with those that are subscribed to already. */
import { ListCatalogue } from '@weir/shared/contract/list-catalogue'
import { LIST_CATALOGUE } from '@weir/shared/list-catalogue/list-catalogue'
import type { ApiServer } from '../../api-server.ts'
import type { ListRepository } from './repository.ts'

export function registerCatalogueRoutes(app: ApiServer, repository: ListRepository): void {
  app.get(
    '/api/v1/lists/catalogue',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getListCatalogue',
        summary: 'Well-known lists that can be subscribed to: purpose, address, licence, size',
        tags: ['lists'],
        response: { 200: ListCatalogue },
      },
    },
    async () => {
      const known = new Map(repository.all().flatMap(({ id, url }) => (url === null ? [] : [[sameUrl(url), id]])))
      return { items: LIST_CATALOGUE.map((list) => ({ ...list, listId: known.get(sameUrl(list.url)) ?? null })) }
    },
  )
}

/** Scheme, a final slash and how the host is written make no other list. */
function sameUrl(text: string): string {
  const { host, pathname, search } = new URL(text)
  return `${host}${pathname.replace(/\/+$/, '')}${search}`
}
