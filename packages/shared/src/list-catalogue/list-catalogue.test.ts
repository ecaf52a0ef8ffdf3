import { describe, expect, it } from 'vitest'
import { CatalogueList, LIST_CATEGORIES } from '../contract/list-catalogue.ts'
import { LIST_CATALOGUE } from './list-catalogue.ts'

describe('the catalogue of lists', () => {
  it('has lists of every category, each with an id, a name and an address of its own', () => {
    expect(LIST_CATALOGUE.length).toBeGreaterThanOrEqual(60)
    for (const key of ['id', 'name', 'url'] as const)
      expect(new Set(LIST_CATALOGUE.map((list) => list[key])).size).toBe(LIST_CATALOGUE.length)
    expect(new Set(LIST_CATALOGUE.flatMap(({ categories }) => categories))).toEqual(new Set(LIST_CATEGORIES))
  })

  it.each(LIST_CATALOGUE.map((list) => [list.id, list] as const))('%s is whole, and fetched safely', (_id, list) => {
    expect(CatalogueList.parse(list)).toEqual(list)
    for (const text of [list.url, list.homepage]) {
      const url = new URL(text)
      expect(url.protocol).toBe('https:')
      expect([url.username, url.password, url.port]).toEqual(['', '', ''])
    }
    expect(list.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    expect(list.purpose).toMatch(/^[A-Z0-9].*\.$/)
    // A list is called by its name when it is added.
    expect(list.name.length).toBeLessThanOrEqual(100)
  })
})
