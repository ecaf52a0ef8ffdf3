import { describe, expect, it } from 'vitest'
import { emptyDraft, type RuleDraft } from './rule-draft.ts'
import { readDraft } from './rule-line.ts'

const read = (pattern: string, patch: Partial<RuleDraft> = {}) => readDraft({ ...emptyDraft(pattern), ...patch })

describe('a line in the field of the name', () => {
  it.each<[string, Partial<RuleDraft>]>([
    ['||ads.example^', { action: 'block', match: 'suffix', pattern: 'ads.example' }],
    ['*.ads.example', { match: 'subdomains', pattern: 'ads.example' }],
    ['@@|good.example^$important', { action: 'allow', match: 'exact', pattern: 'good.example', important: true }],
    ['0.0.0.0 ads.example', { match: 'exact', pattern: 'ads.example' }],
    ['192.0.2.9 nas.example', { action: 'rewrite', match: 'exact', pattern: 'nas.example', ipv4: '192.0.2.9' }],
    ['server=/corp.example/192.0.2.53', { action: 'forward', pattern: 'corp.example', servers: '192.0.2.53' }],
    ['/^ads[0-9]/$dnstype=AAAA', { match: 'regex', pattern: '^ads[0-9]', queryTypes: 'AAAA' }],
    ['||192.0.2.0/24^', { match: 'address', pattern: '192.0.2.0/24' }],
    ['||x.example^$answer=nxdomain,client=192.0.2.7', { answerKind: 'nxdomain', clients: '192.0.2.7' }],
  ])('%s fills the form', (line, filled) => {
    expect(read(line)).toEqual({ draft: expect.objectContaining(filled) })
  })

  it.each([
    ['ads.example', {}],
    ['192.0.2.0/24', { match: 'address' }],
    ['^ad[0-9]+\\.', { match: 'regex' }],
    ['(^|\\.)ads$', { match: 'regex' }],
    ['Bücher.example', {}],
    ['', {}],
  ] satisfies [string, Partial<RuleDraft>][])('%s is what the chosen match says', (pattern, patch) => {
    const draft = { ...emptyDraft(pattern), ...patch }
    expect(readDraft(draft)).toEqual({ draft })
  })

  it('is read where a regular expression is expected, slashes and all', () => {
    expect(read('/^ads[0-9]/', { match: 'regex' }).draft.pattern).toBe('^ads[0-9]')
  })

  it('keeps what the form says already and the line does not', () => {
    const draft = { groups: [2], comment: 'homework', answerKind: 'refused' } satisfies Partial<RuleDraft>
    expect(read('||games.example^', draft).draft).toMatchObject({ ...draft, pattern: 'games.example' })
  })

  it('leaves no condition of a line before', () => {
    const before = read('||a.example^$important,dnstype=AAAA,client=192.0.2.7').draft
    const after = readDraft({ ...before, pattern: '||b.example^' }).draft
    expect(after).toEqual(emptyDraft('b.example'))
  })

  it('is for the action that was chosen where it says only which names', () => {
    expect(read('||a.example^', { action: 'allow' }).draft).toMatchObject({ action: 'allow', match: 'suffix' })
    expect(read('*.a.example', { action: 'alias' }).draft).toMatchObject({ action: 'alias', match: 'subdomains' })
    expect(read('@@||a.example^', { action: 'alias' }).draft.action).toBe('allow')
  })

  it.each([
    ['||x.example^$respgeo=xx', "modifier 'respgeo' is not supported"],
    ['||bad..example^', 'the name has an empty label'],
    ['0.0.0.0 a.example b.example', 'this line makes 2 rules: Import takes it'],
    ['x.example##.banner$s', 'this line is no rule: not for DNS'],
    ['x.example##.banner', 'this line is no rule: not for DNS'],
    ['https://www.example.org/watch?v=a&t=1', 'DNS knows no paths and ports, only names: write www.example.org'],
    ['www.example.org:8443', 'DNS knows no paths and ports, only names: write www.example.org'],
    ['192.0.2.0/33', "'192.0.2.0/33' is neither an address nor a prefix"],
  ])('%s is told what is wrong with it', (line, fault) => {
    expect(read(line).fault).toBe(fault)
  })

  it('leaves a mistyped name to the words about names', () => {
    expect(read('a..example').fault).toBeUndefined()
  })
})
