/** Forgets answers: of one name, of a name and all below it, or all of them. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { messageOf } from '../../lib/api-error.ts'
import { plural } from '../../lib/format.ts'
import { http } from '../../lib/http.ts'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useToast } from '../../ui/toast.tsx'
import { Checkbox } from '../../ui/toggle.tsx'
import styles from './settings.module.css'

export function FlushCache() {
  const [name, setName] = useState('')
  const [subtree, setSubtree] = useState(true)
  const toast = useToast()
  const wanted = name.trim()
  const flush = useMutation({
    mutationFn: () => http.post<{ removed: number }>('/cache/flush', wanted === '' ? {} : { name: wanted, subtree }),
    onSuccess: ({ removed }) => toast({ message: `${plural(removed, 'answer')} forgotten` }),
    onError: (error) => toast({ message: `Not flushed: ${messageOf(error)}`, isError: true }),
  })
  return (
    <Panel title="Flush">
      <div className={styles.form}>
        <TextInput
          label="Name; empty means everything"
          isMono
          placeholder="example.org"
          value={name}
          onChange={setName}
        />
        <Checkbox label="And everything below it" checked={subtree} onChange={setSubtree} disabled={wanted === ''} />
        <div className={styles.buttons}>
          <Button onClick={() => flush.mutate()} isBusy={flush.isPending}>
            {wanted === '' ? 'Flush the whole cache' : `Flush ${wanted}`}
          </Button>
        </div>
      </div>
    </Panel>
  )
}
