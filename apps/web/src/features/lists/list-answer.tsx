/** How names of a blocking list are answered, where it is to be otherwise than elsewhere. */
import type { List } from '@weir/shared/contract/lists'
import { useState } from 'react'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { AnswerFields } from '../../ui/answer-fields.tsx'
import { Button } from '../../ui/button.tsx'
import { useToast } from '../../ui/toast.tsx'
import { usePatchList } from './change-lists.ts'
import styles from './lists.module.css'

export function ListAnswer({ list }: { readonly list: List }) {
  const [answer, setAnswer] = useState(list.answer)
  const patch = usePatchList()
  const toast = useToast()
  const isChanged = JSON.stringify(answer) !== JSON.stringify(list.answer)
  return (
    <>
      <AnswerFields
        value={answer}
        inherited="As set for the client's group, or for all blocks"
        onChange={setAnswer}
        errors={patch.error instanceof ApiError ? patch.error.fieldErrors : {}}
      />
      {isChanged && (
        <div className={styles.buttons}>
          <Button
            variant="strong"
            isBusy={patch.isPending}
            onClick={() =>
              patch.mutate(
                { list, patch: { answer } },
                {
                  onSuccess: (saved) => {
                    setAnswer(saved.answer)
                    toast({ message: `${list.name} saved` })
                  },
                  onError: (error) => toast({ message: `Not saved: ${messageOf(error)}`, isError: true }),
                },
              )
            }
          >
            Save the answer
          </Button>
          <Button onClick={() => setAnswer(list.answer)}>Cancel</Button>
        </div>
      )}
    </>
  )
}
