/** One's own password, and where one is signed in. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { http } from '../../lib/http.ts'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ErrorState, Loaded } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { useToast } from '../../ui/toast.tsx'
import { sessionsQuery, useChange } from './people.ts'
import styles from './settings.module.css'

export function AccountSection() {
  return (
    <>
      <PasswordForm />
      <Sessions />
    </>
  )
}

function PasswordForm() {
  const empty = { current: '', next: '', repeated: '' }
  const [draft, setDraft] = useState(empty)
  const client = useQueryClient()
  const toast = useToast()
  const change = useMutation({
    mutationFn: () => http.put('/me/password', { current: draft.current, next: draft.next }),
    onSuccess: () => {
      setDraft(empty)
      toast({ message: 'Password changed; you are signed out everywhere else' })
      return client.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  const errors = change.error instanceof ApiError ? change.error.fieldErrors : {}
  const isDifferent = draft.repeated !== '' && draft.repeated !== draft.next
  return (
    <Panel title="Password">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (!isDifferent) change.mutate()
        }}
      >
        <TextInput
          label="Present password"
          type="password"
          autoComplete="current-password"
          required
          value={draft.current}
          onChange={(current) => setDraft({ ...draft, current })}
          error={errors['current']}
        />
        <div className={styles.pair}>
          <TextInput
            label="New password"
            type="password"
            autoComplete="new-password"
            required
            minLength={8}
            value={draft.next}
            onChange={(next) => setDraft({ ...draft, next })}
            error={errors['next']}
          />
          <TextInput
            label="The same again"
            type="password"
            autoComplete="new-password"
            required
            value={draft.repeated}
            onChange={(repeated) => setDraft({ ...draft, repeated })}
            error={isDifferent ? 'The two passwords differ' : undefined}
          />
        </div>
        {change.error && Object.keys(errors).length === 0 && <ErrorState what="Not changed" error={change.error} />}
        <div className={styles.buttons}>
          <Button type="submit" isBusy={change.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Panel>
  )
}

function Sessions() {
  const sessions = useQuery(sessionsQuery)
  const toast = useToast()
  const end = useChange('sessions', (id: string) => http.delete(`/sessions/${id}`))
  // This one, too: the next request then leads to the sign-in.
  const signOut = (id: string) =>
    end.mutate(id, {
      onSuccess: () => toast({ message: 'Signed out' }),
      onError: (error) => toast({ message: `Not signed out: ${messageOf(error)}`, isError: true }),
    })
  return (
    <Panel title="Sessions">
      <Loaded query={sessions} failure="The sessions could not be loaded">
        {({ items }) => (
          <ul className={styles.rows}>
            {items.map((session) => (
              <li key={session.id}>
                <span className={styles.who}>
                  <span>
                    {session.userName} at <code>{session.address}</code>
                  </span>
                  <small>{session.userAgent}</small>
                </span>
                <span className={styles.quiet}>
                  {session.isCurrent ? (
                    'this one'
                  ) : (
                    <>
                      seen <TimeAgo at={session.lastSeenAt} />
                    </>
                  )}
                  , ends <TimeAgo at={session.endsAt} />
                </span>
                <Button
                  size="small"
                  variant="ghost"
                  aria-label={`Sign out ${session.userName} at ${session.address}${session.isCurrent ? ', this one' : ''}`}
                  onClick={() => signOut(session.id)}
                >
                  Sign out
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  )
}
