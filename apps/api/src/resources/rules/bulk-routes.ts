/** Own rules, many at once: import, bulk edit, export; and the preview of the editor. */
import { Readable } from 'node:stream'
import {
  BulkRequest,
  BulkResult,
  ImportRequest,
  ImportResult,
  MAX_IMPORT_CHARACTERS,
  RulePreview,
} from '@weir/shared/contract/rule-requests'
import { RuleInput } from '@weir/shared/contract/rules'
import { formatRule } from '@weir/shared/rules/format-rule'
import { z } from 'zod'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { awaitApplied } from '../../applied.ts'
import type { AppDeps } from '../../deps.ts'
import { RuleImporter } from './import-rules.ts'
import { previewRule } from './preview-rule.ts'
import { checkedRuleOf } from './rule-row.ts'
import type { RuleService } from './service.ts'

const tags = ['rules']
/** JSON may escape characters; names hardly do. */
const IMPORT_BODY_OCTETS = MAX_IMPORT_CHARACTERS + 8 * 1024 * 1024
/** Compiling half a million own rules takes longer than one. */
const IMPORT_APPLY_TIMEOUT_MS = 60_000
const EXPORT_ROWS_PER_TURN = 2000

export function registerBulkRoutes(app: ApiServer, deps: AppDeps, service: RuleService): void {
  registerImport(app, deps, service)
  registerExport(app, service)

  app.post(
    '/api/v1/rules/bulk',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'bulkEditRules',
        summary: 'Switch many rules on or off, or delete them, in one transaction',
        tags,
        body: BulkRequest,
        response: { 200: BulkResult },
      },
    },
    async (request) => {
      const { ids, operation } = request.body
      const { revision, value: changed } = service.bulk(actorOf(request), ids, operation)
      return { changed, ...(await awaitApplied(deps.resolver, revision)) }
    },
  )

  app.post(
    '/api/v1/rules/preview',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'previewRule',
        summary: 'What would be stored, and what it would match, without saving',
        tags,
        body: RuleInput,
        response: { 200: RulePreview },
      },
    },
    async (request) => {
      const rule = service.check(request.body)
      service.refuseLoop(rule)
      return previewRule(deps, service.repository, rule)
    },
  )
}

function registerImport(app: ApiServer, deps: AppDeps, service: RuleService): void {
  const importer = new RuleImporter(deps, service)
  app.post(
    '/api/v1/rules/import',
    {
      bodyLimit: IMPORT_BODY_OCTETS,
      config: { role: 'operator', idempotent: true, problems: ['conflict', 'too-many-requests'] },
      schema: {
        operationId: 'importRules',
        summary: 'Import lines of the rule language; bad lines are reported, the rest is used',
        tags,
        body: ImportRequest,
        response: { 200: ImportResult },
      },
    },
    async (request, reply) => {
      const left = new AbortController()
      // Also after the last octet of an answer, when there is nothing left to end.
      reply.raw.once('close', () => left.abort())
      const { counts, revision } = await importer.import(actorOf(request), request.body, left.signal)
      if (revision === undefined) return { ...counts, revision: deps.config.revision, applied: true }
      importer.tellApplying(request.body)
      return { ...counts, ...(await awaitApplied(deps.resolver, revision, IMPORT_APPLY_TIMEOUT_MS)) }
    },
  )
}

function registerExport(app: ApiServer, service: RuleService): void {
  app.get(
    '/api/v1/rules/export',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'exportRules',
        summary: 'All own rules as lines of the rule language; those that are off are comments',
        tags,
        produces: ['text/plain'],
        response: { 200: { description: 'one rule a line', content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) =>
      reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', 'attachment; filename="weir-rules.txt"')
        .send(Readable.from(exportLines(service)) as never),
  )
}

/** Slice by slice: a million rules are never in memory at once, and no read transaction stays open. */
function* exportLines({ repository }: RuleService): Generator<string> {
  yield '! Own rules of Weir\n'
  for (let lastId = 0; ; ) {
    const rows = repository.slice(lastId, EXPORT_ROWS_PER_TURN)
    if (rows.length === 0) return
    yield rows.map((row) => `${row.enabled === 1 ? '' : '! off: '}${formatRule(checkedRuleOf(row))}\n`).join('')
    lastId = rows.at(-1)!.id
  }
}
