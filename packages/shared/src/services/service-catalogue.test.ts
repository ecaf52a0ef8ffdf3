import { describe, expect, it } from 'vitest'
import { isAtOrBelow, parseDomainName } from '../dns/domain-name.ts'
import { listIdOfRuleSet, ruleSetOfListId } from './rule-set-number.ts'
import { SAFE_SEARCH_ENGINES } from './safe-search.ts'
import { SERVICE_CATEGORIES } from './service.ts'
import { findService, SERVICES } from './service-catalogue.ts'

/** Names that carry many services, or that machines need to work at all: none of them, and nothing above them, may be blocked. */
const SHARED_NAMES = [
  'www.google.com accounts.google.com www.googleapis.com oauth2.googleapis.com fonts.gstatic.com clients.l.google.com',
  'ajax.googleapis.com www.gstatic.com play.googleapis.com mtalk.google.com connectivitycheck.gstatic.com yt3.ggpht.com',
  'www.apple.com gateway.icloud.com captive.apple.com itunes.apple.com ocsp.apple.com push.apple.com swcdn.apple.com',
  'www.microsoft.com login.live.com login.microsoftonline.com www.msftconnecttest.com update.microsoft.com www.bing.com',
  'd1.cloudfront.net s3.amazonaws.com a.akamaihd.net a.akamaized.net a.edgekey.net a.fastly.net a.azureedge.net alexa.amazon.com',
  'cdnjs.cloudflare.com cdn.jsdelivr.net unpkg.com www.cloudflare.com alicdn.com fbcdn.net bamgrid.com live-video.net qpic.cn',
  'ocsp.digicert.com letsencrypt.org pool.ntp.org detectportal.firefox.com github.com www.wikipedia.org deb.debian.org',
  'mail.proton.me account.proton.me store.steamchina.com www.qq.com www.naver.com unity3d.com unrealengine.com',
].flatMap((line) => line.split(' '))
/** Second-level endings that registries sell below. */
const ENDINGS = /^(?:co|com|net|org|gov|edu|ac)\.[a-z]{2}$/

const entries = SERVICES.flatMap((service) =>
  service.domains.map((entry) => ({ id: service.id, entry, name: entry.replace(/^=/, ''), isExact: entry[0] === '=' })),
)

describe('the catalogue of services', () => {
  it('has at least 60 services, some in every category', () => {
    expect(SERVICES.length).toBeGreaterThanOrEqual(60)
    const used = new Set(SERVICES.map(({ category }) => category))
    expect([...used].sort()).toEqual(Object.keys(SERVICE_CATEGORIES).sort())
  })

  it('gives every service a number, an id and a title of its own', () => {
    const all = [...SERVICES, ...SAFE_SEARCH_ENGINES]
    for (const key of ['number', 'id', 'name'] as const)
      expect(new Set(all.map((set) => set[key])).size, key).toBe(all.length)
    for (const { id, number } of all) {
      expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
      expect(ruleSetOfListId(listIdOfRuleSet(number))).toMatchObject({ id })
    }
    expect(findService('youtube')?.name).toBe('YouTube')
  })

  it.each(entries)('$id: $entry is a canonical name and no public suffix', ({ name }) => {
    const parsed = parseDomainName(name)
    expect(parsed).toEqual({ ok: true, value: name })
    expect(name.split('.').length).toBeGreaterThan(1)
    expect(name).not.toMatch(ENDINGS)
  })

  it('names nothing twice, neither in one service nor in two', () => {
    const covering = entries.flatMap((a) =>
      entries
        .filter((b) => a !== b && (a.name === b.name || (!a.isExact && isAtOrBelow(b.name, a.name))))
        .map((b) => `${a.id}: ${a.entry} covers ${b.id}: ${b.entry}`),
    )
    expect(covering).toEqual([])
  })

  it('blocks no name that other services, updates or certificates need', () => {
    const blocked = SHARED_NAMES.flatMap((shared) =>
      entries
        .filter(({ name, isExact }) => (isExact ? shared === name : isAtOrBelow(shared, name)))
        .map(({ id, entry }) => `${id}: ${entry} blocks ${shared}`),
    )
    expect(blocked).toEqual([])
  })
})
