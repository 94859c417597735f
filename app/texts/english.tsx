'use client'
// English for client components. A file of its own, so that a page loads the sentences of one language only.
import type { ReactNode } from 'react'
import { en } from './en.ts'
import { type Language, LanguageContext } from './locale-context.tsx'

const language: Language = { locale: 'en', texts: en }

export const English = ({ children }: { children: ReactNode }) => <LanguageContext value={language}>{children}</LanguageContext>
