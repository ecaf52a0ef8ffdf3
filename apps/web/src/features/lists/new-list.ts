/** A list that is being added: what its form holds, and what the API is asked to make of it. */
import type { ListInput } from '@weir/shared/contract/lists'
import type { DraftChange } from '@weir/shared/contract/simulation'

export type Source = 'catalogue' | 'url' | 'text' | 'file'

export interface NewListDraft {
  readonly name: string
  readonly kind: 'block' | 'allow'
  readonly url: string
  readonly text: string
  /** Seconds, as the choice in the form has them. */
  readonly refresh: string
  readonly isPrivate: boolean
  readonly mayAnswer: boolean
  readonly shadow: boolean
}

export const EMPTY_DRAFT: NewListDraft = {
  name: '',
  kind: 'block',
  url: '',
  text: '',
  refresh: '86400',
  isPrivate: false,
  mayAnswer: false,
  shadow: false,
}

/** Only what belongs to the chosen source counts. */
export function isComplete(source: Source, { name, url, text }: NewListDraft, file: File | null): boolean {
  if (name.trim() === '') return false
  return source === 'url' ? url.trim() !== '' : source === 'text' ? text.trim() !== '' : file !== null
}

/** @param force takes also what the guard of lists would hold for a review; of pasted lines, as nothing else is sent with the list */
export function inputOf(source: Source, list: NewListDraft, force: boolean): ListInput {
  const input: ListInput = { name: list.name.trim(), kind: list.kind }
  if (list.kind === 'block' && list.mayAnswer) input.mayAnswer = true
  if (list.shadow) input.shadow = true
  if (source === 'url')
    Object.assign(input, {
      url: list.url.trim(),
      refreshIntervalSeconds: Number(list.refresh),
      allowPrivateAddresses: list.isPrivate,
    })
  if (source === 'text') Object.assign(input, { text: list.text, ...(force && { force }) })
  return input
}

/** Null while there is nothing to try, and for files, which are only sent when the list is added. */
export function draftedList(source: Source, { name, kind, url, text }: NewListDraft): DraftChange | null {
  const list = { kind: 'list', name: name.trim() || 'the new list', listKind: kind } as const
  if (source === 'url') return url.trim() === '' ? null : { ...list, url: url.trim() }
  return source === 'text' && text.trim() !== '' ? { ...list, text } : null
}
