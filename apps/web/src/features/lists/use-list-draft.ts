/** One field of a list as a draft: as the list has it, whoever changes that, until somebody types. */
import type { List, ListPatch } from '@weir/shared/contract/lists'
import { useState } from 'react'
import { useTouched } from '../../lib/use-touched.ts'
import { useSaveList } from './use-save-list.ts'

export function useListDraft<K extends keyof List & keyof ListPatch>(list: List, field: K) {
  const [draft, setDraft] = useState<{ readonly value: List[K] } | null>(null)
  const { base, touch, release } = useTouched(list)
  const { save, reset, errors, isPending } = useSaveList()
  const value = draft === null ? list[field] : draft.value
  const drop = () => {
    reset()
    release()
    setDraft(null)
  }
  return {
    value,
    errors,
    isPending,
    /** Of the list that the draft was made from: fields that keep a text of their own begin anew with another. */
    baseVersion: base.version,
    isChanged: draft !== null && JSON.stringify(value) !== JSON.stringify(base[field]),
    change: (next: List[K]) => {
      reset()
      touch()
      setDraft({ value: next })
    },
    drop,
    save: () => save(base, { [field]: value } as ListPatch, { onSaved: drop, onTheirs: drop }),
  }
}
