/** Services and safe search in the policy's text: those that are on, or were ever given groups or an answer. */
import { SafeSearchPatch, ServicePatch } from '@weir/shared/contract/rule-sets'
import { refuseUnknownTerms } from '../../assignments.ts'
import type { NamesOfIds, PolicyFields, PolicyItem, PolicySection } from '../../policy.ts'
import { fieldsOf, withoutUsual } from '../../policy.ts'
import { parsedFields } from '../../policy-fields.ts'
import { invalidField } from '../../problem-error.ts'
import { acceptedAnswer } from '../../source-answer.ts'
import { OFF, type RuleSetKind, type RuleSetState } from './repository.ts'
import type { RuleSetService } from './service.ts'

const USUAL = { enabled: true, groups: [], schedule: null, perGroup: [], answer: null, shadow: false }

const TEXTS = {
  service: { name: 'services', id: 'service', comment: 'Services that are blocked, for everyone or for some groups.' },
  'safe-search': { name: 'safeSearch', id: 'engine', comment: 'Search engines that are held to safe results.' },
} as const

export function ruleSetSection(kind: RuleSetKind, sets: RuleSetService, names: NamesOfIds): PolicySection {
  const texts = TEXTS[kind]
  const stateOf = ({ value }: PolicyItem): RuleSetState => {
    const { [texts.id]: _id, ...fields } = value as PolicyFields
    const schema = kind === 'service' ? ServicePatch : SafeSearchPatch
    const {
      enabled = true,
      groups = [],
      schedule = null,
      perGroup = [],
      shadow = false,
      ...more
    } = parsedFields(schema, names.fromFile(fields))
    const answer = 'answer' in more ? acceptedAnswer(more.answer ?? null) : null
    const state = { enabled, groups: [...new Set(groups)].sort((a, b) => a - b), schedule, perGroup, answer, shadow }
    refuseUnknownTerms(sets.repository.assignments, state)
    return state
  }
  return {
    name: texts.name,
    entity: kind,
    role: 'operator',
    comment: texts.comment,
    *read() {
      for (const [id, { revision: _revision, ...state }] of [...sets.repository.all(kind)].sort(byId)) {
        const fields = withoutUsual(names.toFile({ ...state }), USUAL)
        // Switched off for everyone and nothing else: as if it had never been on.
        if (JSON.stringify(fields) !== '{"enabled":false}') yield { key: id, value: { [texts.id]: id, ...fields } }
      }
    },
    *accept(value) {
      const fields = fieldsOf(value)
      const id = fields[texts.id]
      if (typeof id !== 'string') throw invalidField(texts.id, 'is missing')
      yield { key: id, value: { [texts.id]: id, ...withoutUsual(fields, USUAL) } }
    },
    create: (transaction, _author, item) => void sets.switch(transaction, kind, item.key, stateOf(item)),
    update: (transaction, _author, item) => void sets.switch(transaction, kind, item.key, stateOf(item)),
    remove: (transaction, _author, item) => void sets.switch(transaction, kind, item.key, OFF),
  }
}

const byId = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
