// The diagnosis tree on a page of its own, for a cluster that is not one of ours.
import type { Metadata } from 'next'
import { locales } from '../../../labs/spec/names.ts'
import { Diagnosis } from '../../diagnosis/diagnosis.tsx'
import { readDiagnosis } from '../../server/library.ts'
import { TopBar } from '../../shell/top-bar.tsx'
import { textsOf } from '../../texts/texts.ts'
import { pageLocale } from '../page-locale.ts'

interface DiagnosisProps {
  params: Promise<{ locale: string }>
}

export const generateStaticParams = () => locales.map((locale) => ({ locale }))

export async function generateMetadata({ params }: DiagnosisProps): Promise<Metadata> {
  const { title, intro } = textsOf(await pageLocale(params)).diagnosis
  return { title, description: intro }
}

export default async function DiagnosisPage({ params }: DiagnosisProps) {
  const locale = await pageLocale(params)
  const texts = textsOf(locale).diagnosis
  const tree = await readDiagnosis(locale)
  return (
    <>
      <TopBar locale={locale} current="diagnosis" />
      <main className="diagnosis-page" id="main">
        <h1>{texts.title}</h1>
        <p>{texts.intro}</p>
        <Diagnosis tree={tree} heading="h2" />
        <h2>{texts.method}</h2>
        <ol className="method">
          {tree.method.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </main>
    </>
  )
}
