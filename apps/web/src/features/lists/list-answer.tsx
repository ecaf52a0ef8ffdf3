/** How names of a blocking list are answered, where it is to be otherwise than elsewhere. */
import type { List } from '@weir/shared/contract/lists'
import { useState } from 'react'
import { useTouched } from '../../lib/use-touched.ts'
import { AnswerFields } from '../../ui/answer-fields.tsx'
import { Button } from '../../ui/button.tsx'
import styles from './lists.module.css'
import { useSaveList } from './use-save-list.ts'

export function ListAnswer({ list }: { readonly list: List }) {
  const [answer, setAnswer] = useState(list.answer)
  const { save, errors, isPending } = useSaveList()
  const { base, touch, release } = useTouched(list)
  const isChanged = JSON.stringify(answer) !== JSON.stringify(base.answer)
  const takeOver = ({ answer: saved }: List) => {
    release()
    setAnswer(saved)
  }
  return (
    <>
      <AnswerFields
        value={answer}
        inherited="As set for the client's group, or for all blocks"
        onChange={(next) => {
          touch()
          setAnswer(next)
        }}
        errors={errors}
      />
      {isChanged && (
        <div className={styles.buttons}>
          <Button variant="strong" isBusy={isPending} onClick={() => save(base, { answer }, takeOver)}>
            Save the answer
          </Button>
          <Button onClick={() => takeOver(list)}>Cancel</Button>
        </div>
      )}
    </>
  )
}
