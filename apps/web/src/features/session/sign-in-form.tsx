/** Name and password. */
import { type FormEvent, useState } from 'react'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import styles from './entry-frame.module.css'
import { useSignIn } from './sign-in.ts'

export function SignInForm({ onDone }: { readonly onDone: () => void }) {
  const [name, setName] = useState('admin')
  const [password, setPassword] = useState('')
  const signIn = useSignIn()
  const fieldErrors = signIn.error instanceof ApiError ? signIn.error.fieldErrors : {}
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate({ name, password }, { onSuccess: onDone })
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextInput
        label="Name"
        value={name}
        onChange={setName}
        autoComplete="username"
        required
        error={fieldErrors['name']}
      />
      <TextInput
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        autoFocus
        required
        error={fieldErrors['password']}
      />
      {signIn.error && (
        <p className={styles.failure} role="alert">
          {messageOf(signIn.error)}
        </p>
      )}
      <Button type="submit" variant="strong" className={styles.submit} isBusy={signIn.isPending}>
        Sign in
      </Button>
    </form>
  )
}
