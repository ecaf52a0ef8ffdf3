/** Sign-in; leads to the set-up on a first run, and back to where one wanted to go. */
import { useQuery } from '@tanstack/react-query'
import { Navigate, useRouter, useSearch } from '@tanstack/react-router'
import { EntryFrame } from '../features/session/entry-frame.tsx'
import { setUpQuery } from '../features/session/sign-in.ts'
import { SignInForm } from '../features/session/sign-in-form.tsx'

export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' })
  const router = useRouter()
  const setUp = useQuery(setUpQuery)
  if (setUp.data?.needed) return <Navigate to="/set-up" replace />
  // Only paths of this console: an address from outside must not lead elsewhere.
  const target = to?.startsWith('/') && !to.startsWith('//') ? to : '/'
  return (
    <EntryFrame title="Sign in to Weir" note="DNS filtering resolver">
      <SignInForm onDone={() => router.history.push(target)} />
    </EntryFrame>
  )
}
