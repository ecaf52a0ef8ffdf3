/** `POST /api/v1/simulations`: what a draft would have done to the queries of late. Nothing is changed. */
import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseClientIdentifier } from '@weir/shared/clients/client-identifier'
import {
  type DraftChange,
  type SIMULATION_PERIODS,
  SimulationRequest,
  SimulationResult,
} from '@weir/shared/contract/simulation'
import type { SimulationChange } from '@weir/shared/control/simulation'
import type { Database } from '@weir/shared/db/open-database'
import { parseUpstreamAddress } from '@weir/shared/dns/upstream-address'
import type { Result } from '@weir/shared/result'
import { checkRule } from '@weir/shared/rules/check-rule'
import { findSafeSearchEngine } from '@weir/shared/services/safe-search'
import { findService } from '@weir/shared/services/service-catalogue'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import { resolverProblem } from '../../resolver-problem.ts'
import { acceptedAnswer } from '../../source-answer.ts'
import { addressesNamed } from './repository.ts'

/** A pasted list, its line ends escaped in JSON. */
const BODY_LIMIT_OCTETS = 32 * 1024 * 1024
const HOUR_MS = 3_600_000
const PERIOD_MS: Readonly<Record<(typeof SIMULATION_PERIODS)[number], number>> = {
  '24h': 24 * HOUR_MS,
  '7d': 7 * 24 * HOUR_MS,
}

/** Brings the content behind a URL to a file. */
export type FetchContent = (
  url: string,
  path: string,
  signal: AbortSignal,
) => Promise<Result<unknown, { readonly detail: string }>>

export function registerSimulationRoutes(app: ApiServer, deps: AppDeps, fetchContent: FetchContent): void {
  app.post(
    '/api/v1/simulations',
    {
      bodyLimit: BODY_LIMIT_OCTETS,
      config: { role: 'operator', problems: ['resolver-unreachable', 'upstream-fetch-failed'] },
      schema: {
        operationId: 'simulate',
        summary: 'What changes of the policy would have done to the queries of the last day or week',
        tags: ['simulations'],
        body: SimulationRequest,
        response: { 200: SimulationResult },
      },
    },
    async (request, reply) => {
      const gone = new AbortController()
      // Who does not wait for the result any more has cancelled it.
      reply.raw.on('close', () => {
        if (!reply.raw.writableFinished) gone.abort()
      })
      const files: string[] = []
      try {
        const changes: SimulationChange[] = []
        for (const [i, change] of request.body.changes.entries())
          changes.push(await checked(deps, fetchContent, change, i, files, gone.signal))
        const untilMs = deps.clock.now()
        const { period, progressKey } = request.body
        const command = { changes, progressKey, untilMs, fromMs: untilMs - PERIOD_MS[period] }
        const result = await deps.resolver.simulate(command, gone.signal)
        if (!result.ok) throw resolverProblem(result.error, 'changes')
        return result.value
      } finally {
        await Promise.all(files.map((path) => rm(path, { force: true })))
      }
    },
  )
}

/** @param files gets the path of what is to be removed afterwards */
async function checked(
  deps: AppDeps,
  fetchContent: FetchContent,
  change: DraftChange,
  at: number,
  files: string[],
  signal: AbortSignal,
): Promise<SimulationChange> {
  if (change.kind === 'rule') return { ...change, rule: change.rule && checkedRule(change.rule, at) }
  if (change.kind === 'group') return checkedGroup(deps.database, change, at)
  if (change.kind === 'service' && !findService(change.id))
    throw invalidField(`changes[${at}].id`, `there is no service '${change.id}'`)
  if (change.kind === 'safe-search' && !findSafeSearchEngine(change.id))
    throw invalidField(`changes[${at}].id`, `there is no safe search '${change.id}'`)
  if (change.kind !== 'list') return change
  const { text, url, ...list } = change
  if (text === undefined && url === undefined) return list
  if (text !== undefined && url !== undefined) throw invalidField(`changes[${at}].url`, 'give text or url, not both')
  const path = join(deps.dataDir, `draft-${randomUUID()}`)
  files.push(path)
  if (text !== undefined) await writeFile(path, text, { mode: 0o600 })
  else {
    const fetched = await fetchContent(url!, path, signal)
    if (!fetched.ok) throw new ProblemError('upstream-fetch-failed', { detail: fetched.error.detail })
  }
  return { ...list, path }
}

type GroupChange = DraftChange & { kind: 'group' }

/** Clients by reverse name are those addresses that are known to have it. */
function checkedGroup(database: Database, change: GroupChange, at: number): GroupChange {
  const { clients, answer, upstreams } = change
  for (const [i, text] of (upstreams?.servers ?? []).entries()) {
    const parsed = parseUpstreamAddress(text)
    if (!parsed.ok) throw invalidField(`changes[${at}].upstreams.servers[${i}]`, `'${text}': ${parsed.error}`)
  }
  const canonical = clients?.flatMap((text, i) => {
    const identifier = parseClientIdentifier(text)
    if (!identifier.ok) throw invalidField(`changes[${at}].clients[${i}]`, identifier.error)
    const name = /^name:(.*)/.exec(identifier.value)?.[1]
    return name === undefined ? [identifier.value] : addressesNamed(database, name)
  })
  return { ...change, clients: canonical, answer: answer && acceptedAnswer(answer) }
}

function checkedRule(input: Parameters<typeof checkRule>[0], at: number) {
  const rule = checkRule(input)
  if (rule.ok) return rule.value
  const errors = rule.error.map(({ field, message }) => ({ field: `changes[${at}].rule.${field}`, message }))
  throw new ProblemError('invalid-field', {
    detail: errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
    errors,
  })
}
