import type { Rule } from '@weir/shared/contract/rules'
import { RuleInput } from '@weir/shared/contract/rules'
import { describe, expect, it } from 'vitest'
import { checkDraft, draftOf, emptyDraft, inputOf, type RuleDraft, withAction } from './rule-draft.ts'

const draft = (patch: Partial<RuleDraft>): RuleDraft => ({ ...emptyDraft('example.org'), ...patch })

describe('a rule while it is edited', () => {
  it.each<[string, Partial<RuleDraft>]>([
    ['a block rule', {}],
    [
      'a block rule with its own answer',
      { answerKind: 'addresses', ipv4: '192.0.2.1, 192.0.2.2', ipv6: '2001:db8::1', mx: '10 mail.example.org' },
    ],
    ['an allow rule', { action: 'allow', match: 'exact', queryTypes: 'A AAAA' }],
    ['a forward rule', { action: 'forward', servers: '192.0.2.53\n[2001:db8::1]:5300' }],
    ['a local answer', { action: 'rewrite', match: 'exact', ipv4: '192.0.2.80', ttlSeconds: '60' }],
    [
      'a rewrite of addresses',
      { action: 'rewrite', match: 'address', pattern: '198.51.100.0/24', target: '192.0.2.0/24' },
    ],
    ['a block of addresses in answers', { match: 'address', pattern: '192.0.2.0/24' }],
    ['a rule that switches others off', { badfilter: true }],
    ['an inverted expression', { match: 'regex', pattern: '^a', inverted: true }],
    ['a name allowed over TCP only', { action: 'allow', allowance: 'tcp' }],
    ['what is allowed unless a longer name is blocked', { action: 'allow', yields: true }],
    ['a block unless a longer name is answered', { yields: true }],
    ['an important block, which never yields', { yields: true, important: true }],
    ['an exemption from rewrites', { action: 'allow', allowance: 'rewrite', exceptRewrite: 'NXDOMAIN' }],
    ['records above blocks', { action: 'rewrite', records: 'MX 10 mail.example.org\nTXT "a b"', overridesBlock: true }],
    ['an RCODE', { action: 'rewrite', rcode: 'NXDOMAIN' }],
    ['names of one label, as usual', { action: 'forward', match: 'regex', pattern: '^[^.]+$', servers: '#' }],
    [
      'a rule for some clients',
      { clients: "192.0.2.7\n~Frank's laptop, old", clientTags: 'kids ~guests', exceptNames: 'a.example' },
    ],
    ['an alias', { action: 'alias', match: 'suffix', target: 'example.net' }],
  ])('%s is what the API takes', (_, patch) => {
    const input = inputOf(draft(patch))
    expect(RuleInput.safeParse(input).success).toBe(true)
    expect(checkDraft(draft(patch))).toMatchObject({ errors: {}, summary: expect.any(String) })
  })

  it.each<[string, Partial<RuleDraft>, string]>([
    ['a name that is none', { pattern: 'exa mple..org' }, 'pattern'],
    ['a regular expression that cannot run in linear time', { match: 'regex', pattern: '(?=a)b' }, 'pattern'],
    ['a server that is none', { action: 'forward', servers: 'not a server' }, 'servers'],
    ['a type that is none', { queryTypes: 'AAAAA' }, 'queryTypes'],
    ['a TTL that is no number', { ttlSeconds: '1 h' }, 'ttlSeconds'],
  ])('%s is told at its field', (_, patch, field) => {
    const { errors, summary } = checkDraft(draft(patch))
    expect(Object.keys(errors)).toEqual([field])
    expect(summary).toBeNull()
  })

  it('keeps what fits when the action changes', () => {
    expect(withAction(draft({ match: 'regex' }), 'alias')).toMatchObject({ match: 'exact', pattern: 'example.org' })
    expect(withAction(draft({ match: 'subdomains' }), 'rewrite').match).toBe('subdomains')
  })

  it('follows the usual match of the action when no other was chosen', () => {
    const block = draft({ match: 'suffix' })
    expect(withAction(block, 'forward').match).toBe('suffix')
    const rewrite = withAction(block, 'rewrite')
    expect(rewrite.match).toBe('exact')
    expect(withAction(rewrite, 'block').match).toBe('suffix')
  })

  it('comes back from a stored rule as it went in', () => {
    const before = [
      draft({ action: 'forward', servers: '192.0.2.53', comment: 'office', important: true }),
      draft({ clients: "192.0.2.7\n~Frank's laptop, old", clientTags: 'kids, ~guests', exceptNames: 'a.example' }),
      draft({ action: 'rewrite', records: 'MX 10 mail.example.org.', overridesBlock: true, badfilter: true }),
      draft({ action: 'rewrite', rcode: 'SERVFAIL' }),
      draft({ action: 'allow', allowance: 'rewrite', exceptRewrite: '' }),
      draft({ action: 'allow', match: 'regex', allowance: 'tcp', inverted: true }),
    ]
    const stored = before.map((one) => ({ ...inputOf(one), ttlSeconds: null }) as unknown as Rule)
    expect(stored.map(draftOf)).toEqual(before)
  })
})
