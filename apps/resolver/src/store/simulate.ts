/**
 * "What if?": the policy of now and that of a draft judge the same questions of the log, by the decision function that
 * answers queries. Reads both databases; runs in a thread of its own (simulation-worker.ts).
 *
 * | step                                    | costs                                                          |
 * |-----------------------------------------|----------------------------------------------------------------|
 * | what was asked, equal questions once    | the digests of the log's segments                              |
 * | which names the draft can reach         | each name once: its hashes, looked up in what the draft changes |
 * | the index of the draft's lists          | two readings of their content, of which little is kept         |
 * | both policies judge what is in reach    | two decisions for each name, type, group and state of schedules |
 *
 * Where rules ask for clients, each client counts as a group. Timed overrides and pauses are left out: they will have ended.
 */
import { randomBytes } from 'node:crypto'
import type { SimulationResult } from '@weir/shared/contract/simulation'
import type { Database } from '@weir/shared/db/open-database'
import { isAtOrBelow } from '@weir/shared/dns/domain-name'
import { SAFE_SEARCH_ENGINES } from '@weir/shared/services/safe-search'
import { HASH_KEY_OCTETS } from '../rules/name-hash.ts'
import { rulesOf } from '../rules/packed-rows.ts'
import { Policy, type TierOpener } from '../rules/policy.ts'
import type { CompiledIndex, ConfigData } from '../rules/policy-data.ts'
import { AskedNames } from './asked-names.ts'
import { readAsked } from './asked-questions.ts'
import { type Draft, draftOf } from './draft-config.ts'
import { readContent } from './draft-contents.ts'
import { AskedSuffixes, draftIndex } from './draft-index.ts'
import { judgedQuarters } from './judged-quarters.ts'
import { loadConfig } from './load-config.ts'
import { tierOpener } from './open-tier.ts'
import { Reach } from './reach.ts'
import { Simulation } from './simulation.ts'
import type { SimulationJob } from './simulation-messages.ts'

/** Where the steps end, as parts of the whole, roughly. */
const READ = 0.4
const REACHED = 0.7
/** Names of a list. */
const TOLD_EVERY = 32_768

/**
 * @param onProgress told which part is done, 0…1, as often as there is something new
 * @returns why there is no result, in words
 */
export function simulate(
  database: Database,
  log: Database,
  job: SimulationJob,
  onProgress: (part: number) => void = () => {},
): SimulationResult | string {
  const startedAt = performance.now()
  const config = steady(loadConfig(database, job.fallbackServers))
  const draft = draftOf(config, job.changes)
  if (typeof draft === 'string') return draft
  const quarterFor = judgedQuarters([config, draft.config], job)
  const asked = readAsked(log, job, quarterFor, (part) => onProgress(part * READ))
  const openTier = tierOpener(
    job.tiersPath,
    () => config.settings.storage,
    () => {},
  )
  const now = policyOf(config, job.index, openTier)
  const counted = everyFew(() => onProgress(READ))
  const reach = reachOf(database, now, job, config, draft, counted)
  if (typeof reach === 'string') return reach
  const names = new AskedNames(log, asked.table, (name) => reach.hasNames && reach.touches(name))
  names.look((part) => onProgress(READ + part * (REACHED - READ)))
  const index = indexOf(database, names, job.index, draft, config, openTier)
  if (typeof index === 'string') return index
  const drafted = policyOf(draft.config, index, openTier)
  const configs = { now: config, drafted: draft.config }
  const run = new Simulation(log, job, { asked, names, reach, configs, policies: { now, drafted } })
  run.judgeAll((part) => onProgress(REACHED + part * (1 - REACHED)))
  return { ...run.result(), durationMs: performance.now() - startedAt }
}

/** How far a long list is read is not known beforehand: it is told that something goes on. */
function everyFew(tell: () => void): () => void {
  let names = 0
  return () => {
    if (++names % TOLD_EVERY === 0) tell()
  }
}

/** Without what ends by itself. */
const steady = (config: ConfigData): ConfigData => ({
  ...config,
  overrides: [],
  settings: { ...config.settings, blocking: { ...config.settings.blocking, pausedUntil: null } },
})

function policyOf(config: ConfigData, index: CompiledIndex | null, openTier: TierOpener): Policy {
  const policy = new Policy(config.settings, openTier)
  policy.replaceIndex(index)
  policy.apply(config)
  return policy
}

/** @returns why a content cannot be used, in words */
function reachOf(
  database: Database,
  now: Policy,
  { changes, index }: SimulationJob,
  config: ConfigData,
  draft: Draft,
  onName: () => void,
): Reach | string {
  const reach = new Reach(now)
  for (const content of draft.contents) {
    const fault = readContent(database, content, {
      name: (octets, length) => {
        onName()
        reach.addName(octets, length)
      },
      rule: ({ rule }) => reach.addRule(rule),
    })
    if (fault !== undefined) return fault
  }
  reach.addChanges(changes, config, draft.config, index)
  return reach
}

/** The index of now, where no list has other content. @returns why a content cannot be used, in words */
function indexOf(
  database: Database,
  names: AskedNames,
  index: CompiledIndex | null,
  { contents, config: drafted }: Draft,
  config: ConfigData,
  openTier: TierOpener,
): CompiledIndex | null | string {
  if (contents.length === 0) return index
  const key = randomBytes(HASH_KEY_OCTETS)
  const suffixes = new AskedSuffixes(index, key, index?.tier ? openTier(index.tier) : null)
  const aliases = aliasesOf([config, drafted], index)
  for (const { target } of aliases) suffixes.add(reversed(target))
  const below = aliases.filter(({ source }) => source !== null)
  names.forEachReached((name) => {
    suffixes.add(name.reversed)
    for (const { source, target } of below)
      if (isAtOrBelow(name.text, source!)) suffixes.add(reversed(name.text.slice(0, -source!.length) + target))
  })
  const made = draftIndex(database, index, key, contents, suffixes)
  return made.ok ? made.value : made.error
}

interface Alias {
  readonly target: string
  /** Names below it lead to names below the target; null: all to the target itself. */
  readonly source: string | null
}

const CNAME = 'CNAME '
const reversed = (name: string): Uint8Array => Buffer.from(name.split('.').reverse().join('\0'), 'latin1')

/** Where names may lead: lists are asked about these names too. */
function aliasesOf(configs: readonly ConfigData[], index: CompiledIndex | null): Alias[] {
  const rules = [...configs.flatMap((config) => rulesOf(config)), ...(index?.listRules ?? []).map(({ rule }) => rule)]
  const own = rules.flatMap(({ action, match, pattern, target, records = [] }): Alias[] => {
    if (action === 'alias' && target !== undefined) return [{ target, source: match === 'suffix' ? pattern : null }]
    return records.filter((text) => text.startsWith(CNAME)).map((text) => ({ target: withoutDot(text), source: null }))
  })
  return [...own, ...SAFE_SEARCH_ENGINES.map(({ target }) => ({ target, source: null }))]
}

const withoutDot = (record: string): string => record.slice(CNAME.length).replace(/\.$/, '')
