/** Tokens for programs: a role, an end, shown once. */
import { IconCopy } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Role } from '@weir/shared/contract/auth'
import { useState } from 'react'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { copyText } from '../../lib/copy-text.ts'
import { http } from '../../lib/http.ts'
import { Button } from '../../ui/button.tsx'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, ErrorState, Loaded } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { useToast } from '../../ui/toast.tsx'
import { type CreatedToken, tokensQuery, useChange } from './people.ts'
import styles from './settings.module.css'
import { ROLE_OPTIONS } from './users-section.tsx'

const DAY_MS = 86_400_000

export function TokensSection() {
  const tokens = useQuery(tokensQuery)
  const toast = useToast()
  const remove = useChange('tokens', (id: number) => http.delete(`/tokens/${id}`))
  return (
    <>
      <Panel title="API tokens" note="Authorization: Bearer …">
        <Loaded query={tokens} failure="The tokens could not be loaded">
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="No tokens">A token lets a program use the API without a password.</EmptyState>
            ) : (
              <ul className={styles.rows}>
                {items.map((token) => (
                  <li key={token.id}>
                    <span className={styles.who}>
                      {token.name}
                      <small>
                        <code>{token.prefix}…</code> {token.role}, by {token.createdBy}
                      </small>
                    </span>
                    <span className={styles.quiet}>
                      used <TimeAgo at={token.lastUsedAt} />, ends{' '}
                      {token.expiresAt === null ? 'never' : <TimeAgo at={token.expiresAt} />}
                    </span>
                    <Button
                      size="small"
                      variant="ghost"
                      onClick={() =>
                        remove.mutate(token.id, {
                          onSuccess: () => toast({ message: `Token ${token.name} revoked` }),
                          onError: (error) => toast({ message: messageOf(error), isError: true }),
                        })
                      }
                    >
                      Revoke
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Panel>
      <AddToken />
    </>
  )
}

function AddToken() {
  const toast = useToast()
  const [draft, setDraft] = useState({ name: '', role: 'viewer' as Role, days: '90' })
  const add = useChange('tokens', (token: { name: string; role: Role; expiresAt: number | null }) =>
    http.post<CreatedToken>('/tokens', token),
  )
  const errors = add.error instanceof ApiError ? add.error.fieldErrors : {}
  return (
    <Panel title="New token">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate({
            name: draft.name.trim(),
            role: draft.role,
            expiresAt: draft.days === '' ? null : Date.now() + Number(draft.days) * DAY_MS,
          })
        }}
      >
        <TextInput
          label="Name"
          placeholder="what uses it"
          value={draft.name}
          onChange={(name) => setDraft({ ...draft, name })}
          required
          error={errors['name']}
        />
        <div className={styles.pair}>
          <SelectInput
            label="Role"
            value={draft.role}
            onChange={(role) => setDraft({ ...draft, role })}
            options={ROLE_OPTIONS}
          />
          <SelectInput
            label="Ends"
            value={draft.days}
            onChange={(days) => setDraft({ ...draft, days })}
            options={[
              ['7', 'in 7 days'],
              ['90', 'in 90 days'],
              ['365', 'in a year'],
              ['', 'never'],
            ]}
          />
        </div>
        {add.error && Object.keys(errors).length === 0 && <ErrorState what="Not made" error={add.error} />}
        {add.data && (
          <div className={styles.secret} role="status">
            <p>Copy it now: it is not shown again.</p>
            <code>{add.data.secret}</code>
            <Button
              size="small"
              icon={<IconCopy size={14} />}
              onClick={() =>
                void copyText(add.data.secret).then((isDone) =>
                  toast(
                    isDone
                      ? { message: 'Token copied' }
                      : { message: 'Not copied: mark the token and copy it yourself', isError: true },
                  ),
                )
              }
            >
              Copy
            </Button>
          </div>
        )}
        <div className={styles.buttons}>
          <Button type="submit" isBusy={add.isPending}>
            Make token
          </Button>
        </div>
      </form>
    </Panel>
  )
}
