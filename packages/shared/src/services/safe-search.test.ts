import { describe, expect, it } from 'vitest'
import { parseDomainName } from '../dns/domain-name.ts'
import { SAFE_SEARCH_ENGINES } from './safe-search.ts'

const engine = (id: string) => SAFE_SEARCH_ENGINES.find((one) => one.id === id)!

describe('safe search', () => {
  it.each(SAFE_SEARCH_ENGINES)('$id: hosts and target are canonical names, each once', ({ hosts, target }) => {
    for (const name of [...hosts, target]) expect(parseDomainName(name)).toEqual({ ok: true, value: name })
    expect(new Set(hosts).size).toBe(hosts.length)
    // An alias of itself would never end.
    expect(hosts).not.toContain(target)
  })

  it('leads to no host of another engine, which would lead on', () => {
    const hosts = new Set(SAFE_SEARCH_ENGINES.flatMap((one) => one.hosts))
    for (const { target } of SAFE_SEARCH_ENGINES) expect(hosts.has(target), target).toBe(false)
  })

  it('covers Google under its country endings', () => {
    const { hosts } = engine('google')
    for (const ending of ['com', 'de', 'co.uk', 'com.au', 'co.jp', 'com.br', 'fr', 'co.za'])
      expect(hosts).toContain(`www.google.${ending}`)
    expect(hosts.length).toBeGreaterThan(180)
  })

  it('has the same names for both modes of YouTube, the strict one first', () => {
    const ids = SAFE_SEARCH_ENGINES.map(({ id }) => id)
    expect(ids.indexOf('youtube-strict')).toBeLessThan(ids.indexOf('youtube-moderate'))
    expect(engine('youtube-strict').hosts).toEqual(engine('youtube-moderate').hosts)
  })
})
