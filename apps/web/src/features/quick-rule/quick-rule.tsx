/** Block or allow a name from where it is seen: choose how wide, press once, take it back within ten seconds. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { mayAs, meQuery } from '../../lib/api/me.ts'
import { useCreateRule } from '../../lib/api/save-rule.ts'
import { useUndo } from '../../lib/api/undo.ts'
import { messageOf } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { SelectInput } from '../../ui/field.tsx'
import { OutcomeShape } from '../../ui/outcome-mark.tsx'
import { useToast } from '../../ui/toast.tsx'
import { nameScopes, ruleOf } from './name-scopes.ts'
import styles from './quick-rule.module.css'

export function QuickRule({ name }: { readonly name: string }) {
  const scopes = nameScopes(name)
  const [choice, setChoice] = useState('1')
  const { data: me } = useQuery(meQuery)
  const create = useCreateRule()
  const undo = useUndo()
  const toast = useToast()
  const scope = scopes[Number(choice)] ?? scopes[0]!
  const act = (action: 'block' | 'allow') =>
    create.mutate(ruleOf(action, scope), {
      onSuccess: (rule) =>
        toast({
          message: `${action === 'block' ? 'Blocked' : 'Allowed'}: ${scope.label}${rule.applied ? '' : ' (saved; the resolver takes it when it is back)'}`,
          undo: () => undo.revision(rule.revision),
        }),
      onError: (error) => toast({ message: `No rule made: ${messageOf(error)}`, isError: true }),
    })
  if (!mayAs(me?.role, 'operator')) return null
  return (
    <div className={styles.quick}>
      <SelectInput
        label="Make a rule for"
        value={choice}
        onChange={setChoice}
        options={scopes.map((option, index) => [String(index), option.label] as const)}
      />
      <div className={styles.buttons}>
        <Button icon={<OutcomeShape family="blocked" />} onClick={() => act('block')} disabled={create.isPending}>
          Block
        </Button>
        <Button icon={<OutcomeShape family="cached" />} onClick={() => act('allow')} disabled={create.isPending}>
          Allow
        </Button>
        <Link to="/rules" search={{ edit: 0, pattern: scope.pattern }} className={styles.more}>
          More choices
        </Link>
      </div>
    </div>
  )
}
