'use client'
// Chinese for client components. A file of its own, so that a page loads the sentences of one language only.
import type { ReactNode } from 'react'
import { type Language, LanguageContext } from './locale-context.tsx'
import { zhCN } from './zh-CN.ts'

const language: Language = { locale: 'zh-CN', texts: zhCN }

export const Chinese = ({ children }: { children: ReactNode }) => <LanguageContext value={language}>{children}</LanguageContext>
