// The catalogue: every lab, filtered by topic, traffic, runtime, time and what the learner has solved.
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { Catalogue } from '../../catalogue/catalogue.tsx'
import { readRows } from '../../catalogue/rows.ts'
import { sealIcons } from '../../catalogue/seal-icons.ts'
import { learnerHeader } from '../../server/web-services.ts'
import { Icon } from '../../shell/sprite.tsx'
import { TopBar } from '../../shell/top-bar.tsx'
import { textsOf } from '../../texts/texts.ts'
import { pageLocale } from '../page-locale.ts'

interface CatalogueProps {
  params: Promise<{ locale: string }>
}

export async function generateMetadata({ params }: CatalogueProps): Promise<Metadata> {
  const texts = textsOf(await pageLocale(params))
  return { title: texts.labs, description: texts.catalogue.intro }
}

export default async function CataloguePage({ params }: CatalogueProps) {
  const locale = await pageLocale(params)
  const texts = textsOf(locale)
  const rows = await readRows((await headers()).get(learnerHeader) ?? undefined, locale)
  const solved = rows.filter((row) => row.solvedMs !== undefined).length
  return (
    <>
      <TopBar locale={locale} current="labs" />
      <main className="home catalogue" id="main">
        <header>
          <h1>{texts.labs}</h1>
          <p>{texts.catalogue.intro}</p>
          <p className="num">{texts.catalogue.solved(solved, rows.length)}</p>
        </header>
        <Catalogue rows={rows} />
        <p className="below">
          <span className="prv">
            <Icon name={sealIcons.proved} />
            {texts.catalogue.legend.proved}
          </span>
          <span className="prv">
            <Icon name={sealIcons.none} />
            {texts.catalogue.legend.none}
          </span>
          <span className="sp" />
          <a href={`/${locale}/instructors`}>{texts.catalogue.matrix}</a>
        </p>
      </main>
    </>
  )
}
