/** How names of a blocking list are answered, where it is to be otherwise than elsewhere. */
import type { List } from '@weir/shared/contract/lists'
import { AnswerFields } from '../../ui/answer-fields.tsx'
import { Button } from '../../ui/button.tsx'
import styles from './lists.module.css'
import { useListDraft } from './use-list-draft.ts'

export function ListAnswer({ list }: { readonly list: List }) {
  const { value, change, isChanged, isPending, save, drop, errors, baseVersion } = useListDraft(list, 'answer')
  return (
    <>
      <AnswerFields
        key={baseVersion}
        value={value}
        inherited="As set for the client's group, or for all blocks"
        onChange={change}
        errors={errors}
      />
      {isChanged && (
        <div className={styles.buttons}>
          <Button variant="strong" isBusy={isPending} onClick={save}>
            Save the answer
          </Button>
          <Button onClick={drop}>Cancel</Button>
        </div>
      )}
    </>
  )
}
