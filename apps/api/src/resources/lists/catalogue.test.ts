import type { CatalogueItem } from '@weir/shared/contract/list-catalogue'
import { LIST_CATALOGUE } from '@weir/shared/list-catalogue/list-catalogue'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

it('shows which lists of the catalogue are subscribed to, however their address is written', async () => {
  const catalogue = async (): Promise<CatalogueItem[]> =>
    (await api.call('GET', '/api/v1/lists/catalogue', { as: 'viewer' })).json.items
  expect((await catalogue()).map(({ listId }) => listId)).toEqual(LIST_CATALOGUE.map(() => null))

  const add = async (name: string, url: string): Promise<number> => {
    const body = { name, kind: 'block', url, enabled: false }
    return (await api.call('POST', '/api/v1/lists', { body })).json.id
  }
  const oisd = await add('OISD', 'http://Big.OISD.nl/')
  await add('Elsewhere', 'https://lists.example.org/big.txt')
  const subscribed = (await catalogue()).filter(({ listId }) => listId !== null)
  expect(subscribed.map(({ id, listId }) => [id, listId])).toEqual([['oisd-big', oisd]])
  expect((await api.call('GET', '/api/v1/lists/catalogue', { as: 'nobody' })).status).toBe(401)
})
