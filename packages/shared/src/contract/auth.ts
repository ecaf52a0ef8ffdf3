/** Sign-in, sessions, users and tokens (design section 9). */
import { z } from 'zod'
import { Id, TimestampMs, Version } from './primitives.ts'

export const ROLES = ['viewer', 'operator', 'admin'] as const
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>

const UserName = z.string().regex(/^[a-z0-9._@-]{1,64}$/i, 'letters, digits, dot, dash, underscore or @, at most 64')
export const MIN_PASSWORD_CHARACTERS = 8
export const Password = z.string().min(MIN_PASSWORD_CHARACTERS).max(1024)

export const SignInRequest = z.strictObject({ name: UserName, password: z.string().min(1).max(1024) })
/** First run: `code` is the one that the terminal shows. */
export const SetUpRequest = z.strictObject({ code: z.string().min(1).max(100), password: Password })
export const SetUpState = z.object({ needed: z.boolean() }).meta({ id: 'SetUpState' })

export const Me = z
  .object({
    name: z.string(),
    role: Role,
    via: z.enum(['session', 'token']),
    /** Sent back in the header `x-weir-csrf` on every request that changes something with a session. */
    csrfToken: z.string().nullable(),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof Me>

export const PasswordChange = z.strictObject({ current: z.string().min(1).max(1024), next: Password })

export const User = z
  .object({
    id: Id,
    version: Version,
    name: z.string(),
    role: Role,
    createdAt: TimestampMs,
    lastSignInAt: TimestampMs.nullable(),
  })
  .meta({ id: 'User' })
export const UserInput = z.strictObject({ name: UserName, password: Password, role: Role })
export const UserPatch = z.strictObject({ role: Role.optional(), password: Password.optional() })
export const UserCollection = z.object({ items: z.array(User) }).meta({ id: 'UserCollection' })

export const Token = z
  .object({
    id: Id,
    name: z.string(),
    role: Role,
    prefix: z.string().meta({ description: 'the first characters, to tell tokens apart' }),
    createdAt: TimestampMs,
    expiresAt: TimestampMs.nullable(),
    lastUsedAt: TimestampMs.nullable(),
    createdBy: z.string(),
  })
  .meta({ id: 'Token' })
export const TokenInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role: Role,
  expiresAt: TimestampMs.nullable().optional(),
})
export const TokenCreated = Token.extend({ secret: z.string().meta({ description: 'shown once' }) }).meta({
  id: 'TokenCreated',
})
export const TokenCollection = z.object({ items: z.array(Token) }).meta({ id: 'TokenCollection' })

export const Session = z
  .object({
    id: z.string(),
    userName: z.string(),
    createdAt: TimestampMs,
    lastSeenAt: TimestampMs,
    expiresAt: TimestampMs.meta({ description: 'whatever happens' }),
    endsAt: TimestampMs.meta({ description: 'if it is not used any more; never after `expiresAt`' }),
    address: z.string(),
    userAgent: z.string(),
    isCurrent: z.boolean(),
  })
  .meta({ id: 'Session' })
export const SessionCollection = z.object({ items: z.array(Session) }).meta({ id: 'SessionCollection' })
