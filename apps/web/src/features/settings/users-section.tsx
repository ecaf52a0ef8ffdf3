/** Who may sign in, and as what. */
import { useQuery } from '@tanstack/react-query'
import type { Role, User as UserSchema } from '@weir/shared/contract/auth'
import { useState } from 'react'
import type { z } from 'zod'
import { meQuery } from '../../lib/api/me.ts'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { deleteEdited, saveEdit } from '../../lib/edit-conflict.ts'
import { http } from '../../lib/http.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog, Dialog } from '../../ui/drawer.tsx'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ErrorState, Loaded } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useChange, usersQuery } from './people.ts'
import styles from './settings.module.css'

type User = z.infer<typeof UserSchema>

export const ROLE_OPTIONS: readonly (readonly [Role, string])[] = [
  ['viewer', 'Viewer: sees everything'],
  ['operator', 'Operator: edits rules and lists'],
  ['admin', 'Admin: everything'],
]

export function UsersSection() {
  const users = useQuery(usersQuery)
  const { data: me } = useQuery(meQuery)
  const [leaving, setLeaving] = useState<User | null>(null)
  const [forgetful, setForgetful] = useState<{ id: number; name: string } | null>(null)
  const toast = useToast()
  const fail = (error: unknown) => toast({ message: `Not done: ${messageOf(error)}`, isError: true })
  const patch = useChange('users', ({ user, role }: { user: User; role: Role }) =>
    saveEdit({ path: `/users/${user.id}`, body: { role }, base: user, title: `User ${user.name}` }),
  )
  const remove = useChange('users', (user: User) => deleteEdited(`/users/${user.id}`, user, `User ${user.name}`))
  return (
    <>
      <Panel title="Users">
        <Loaded query={users} failure="The users could not be loaded">
          {({ items }) => (
            <ul className={styles.rows}>
              {items.map((user) => (
                <li key={user.id}>
                  <span className={styles.who}>
                    {user.name}
                    <small>
                      last sign-in <TimeAgo at={user.lastSignInAt} />
                    </small>
                  </span>
                  <SelectInput
                    label={`Role of ${user.name}`}
                    isLabelHidden
                    value={user.role}
                    disabled={user.name === me?.name}
                    onChange={(role) => patch.mutate({ user, role }, { onError: fail })}
                    options={ROLE_OPTIONS}
                  />
                  <span className={styles.acts}>
                    <Button
                      size="small"
                      variant="ghost"
                      disabled={user.name === me?.name}
                      aria-label={`New password for ${user.name}`}
                      onClick={() => setForgetful(user)}
                    >
                      New password
                    </Button>
                    <Button
                      size="small"
                      variant="ghost"
                      disabled={user.name === me?.name}
                      aria-label={`Remove ${user.name}`}
                      onClick={() => setLeaving(user)}
                    >
                      Remove
                    </Button>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Panel>
      <AddUser />
      {forgetful && <NewPassword user={forgetful} onClose={() => setForgetful(null)} />}
      <ConfirmDialog
        isOpen={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Remove the user ${leaving?.name ?? ''}?`}
        confirmLabel="Remove the user"
        isBusy={remove.isPending}
        onConfirm={() => leaving && remove.mutate(leaving, { onError: fail, onSettled: () => setLeaving(null) })}
      >
        Their sessions end at once. What they changed stays, and stays in the history.
      </ConfirmDialog>
    </>
  )
}

/** For somebody who has forgotten theirs: it ends their sessions. */
function NewPassword({ user, onClose }: { readonly user: { id: number; name: string }; readonly onClose: () => void }) {
  const [password, setPassword] = useState('')
  const toast = useToast()
  const change = useChange('users', () => http.patch(`/users/${user.id}`, { password }))
  const errors = change.error instanceof ApiError ? change.error.fieldErrors : {}
  const save = () =>
    change.mutate(undefined, {
      onSuccess: () => {
        onClose()
        toast({ message: `New password set; ${user.name} is signed out everywhere` })
      },
    })
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`New password for ${user.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="strong" onClick={save} disabled={password.length < 8} isBusy={change.isPending}>
            Set password
          </Button>
        </>
      }
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <TextInput
          label="Password, at least 8 characters"
          type="password"
          autoComplete="new-password"
          data-autofocus
          required
          minLength={8}
          value={password}
          onChange={setPassword}
          error={errors['password']}
        />
        {change.error && Object.keys(errors).length === 0 && <ErrorState what="Not set" error={change.error} />}
      </form>
    </Dialog>
  )
}

function AddUser() {
  const empty = { name: '', password: '', role: 'operator' as Role }
  const [draft, setDraft] = useState(empty)
  const add = useChange('users', (user: typeof empty) => http.post('/users', user))
  const errors = add.error instanceof ApiError ? add.error.fieldErrors : {}
  return (
    <Panel title="Add a user">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate(draft, { onSuccess: () => setDraft(empty) })
        }}
      >
        <div className={styles.pair}>
          <TextInput
            label="Name"
            value={draft.name}
            onChange={(name) => setDraft({ ...draft, name })}
            required
            error={errors['name']}
          />
          <TextInput
            label="Password"
            type="password"
            autoComplete="new-password"
            value={draft.password}
            onChange={(password) => setDraft({ ...draft, password })}
            required
            minLength={8}
            error={errors['password']}
          />
        </div>
        <SelectInput
          label="Role"
          value={draft.role}
          onChange={(role) => setDraft({ ...draft, role })}
          options={ROLE_OPTIONS}
        />
        {add.error && Object.keys(errors).length === 0 && <ErrorState what="Not added" error={add.error} />}
        <div className={styles.buttons}>
          <Button type="submit" isBusy={add.isPending}>
            Add user
          </Button>
        </div>
      </form>
    </Panel>
  )
}
