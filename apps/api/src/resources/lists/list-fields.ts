/** From what a request says to the fields of a row: defaults, patches, and what only the database or a parser can check. */
import type { ListInput, ListPatch } from '@weir/shared/contract/lists'
import { refuseUnknownTerms } from '../../assignments.ts'
import { invalidField } from '../../problem-error.ts'
import { acceptedAnswer } from '../../source-answer.ts'
import { urlFault } from './fetch-list.ts'
import type { ListFields, ListRow } from './list-row.ts'
import type { ListRepository } from './repository.ts'

const DAY_SECONDS = 86_400

/** @throws ProblemError `invalid-field` */
export function fieldsOfInput(input: ListInput, repository: ListRepository): ListFields {
  return checked(
    {
      name: input.name,
      kind: input.kind,
      source: input.url === undefined ? 'content' : 'url',
      url: input.url ?? null,
      format: input.format ?? 'auto',
      enabled: input.enabled ?? true,
      comment: input.comment ?? '',
      groups: input.groups ?? [],
      schedule: input.schedule ?? null,
      perGroup: input.perGroup ?? [],
      answer: input.answer ?? null,
      refreshIntervalSeconds: input.refreshIntervalSeconds ?? DAY_SECONDS,
      allowPrivateAddresses: input.allowPrivateAddresses ?? false,
      mayAnswer: input.mayAnswer ?? false,
      shadow: input.shadow ?? false,
      pinned: false,
      guard: input.guard ?? {},
    },
    repository,
  )
}

/** A list that had only content becomes a subscription when it is given a URL. @throws ProblemError `invalid-field` */
export function patchedFields(row: ListRow, patch: ListPatch, repository: ListRepository): ListFields {
  const { name, kind, url, format, enabled, comment, groups, answer, refreshIntervalSeconds } = patch
  return checked(
    {
      name: name ?? row.name,
      kind: kind ?? row.kind,
      source: url === undefined ? row.source : 'url',
      url: url ?? row.url,
      format: format ?? row.format,
      enabled: enabled ?? row.enabled,
      comment: comment ?? row.comment,
      groups: groups ?? row.groups,
      schedule: patch.schedule === undefined ? row.schedule : patch.schedule,
      perGroup: patch.perGroup ?? row.perGroup,
      answer: answer === undefined ? row.answer : answer,
      refreshIntervalSeconds: refreshIntervalSeconds ?? row.refreshIntervalSeconds,
      allowPrivateAddresses: patch.allowPrivateAddresses ?? row.allowPrivateAddresses,
      mayAnswer: patch.mayAnswer ?? row.mayAnswer,
      shadow: patch.shadow ?? row.shadow,
      pinned: patch.pinned ?? row.pinned,
      guard: patch.guard ?? row.guard,
    },
    repository,
  )
}

function checked(fields: ListFields, repository: ListRepository): ListFields {
  const fault = fields.url === null ? undefined : urlFault(new URL(fields.url))
  if (fault !== undefined) throw invalidField('url', fault)
  if (fields.mayAnswer && fields.kind === 'allow') throw invalidField('mayAnswer', 'a list that allows answers nothing')
  refuseUnknownTerms(repository.assignments, fields)
  return { ...fields, groups: [...new Set(fields.groups)], answer: acceptedAnswer(fields.answer) }
}
