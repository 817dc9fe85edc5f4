"""News agencies, and how texts spell them."""

from typing import NamedTuple


class NewsAgency(NamedTuple):
    """`spellings` mean the agency wherever they stand, `credit_spellings` in a credit or a dateline only,
    since elsewhere they are other words as well ("PA", Persian "مهر", love), or rare."""

    name: str
    spellings: tuple[str, ...] = ()
    credit_spellings: tuple[str, ...] = ()


NEWS_AGENCIES = (
    NewsAgency("Reuters", ("Reuters", "Рейтер", "رويترز", "رویترز", "רויטרס"), ("Thomson Reuters",)),
    NewsAgency(
        "AFP",
        ("AFP", "Agence France-Presse"),
        ("فرانس برس", "ا ف ب", "أ ف ب", "خبرگزاری فرانسه"),
    ),
    NewsAgency("AP", ("Associated Press",), ("AP", "The Associated Press", "أسوشيتد برس", "آسوشیتدپرس")),
    NewsAgency("dpa", ("DPA",), ("Deutsche Presse-Agentur", "د ب أ")),
    NewsAgency("EFE", ("EFE",), ("Agencia EFE",)),
    NewsAgency("ANSA", ("ANSA",)),
    NewsAgency("PA", (), ("PA", "PA Media", "Press Association")),
    NewsAgency("UPI", (), ("UPI",)),
    NewsAgency("Bloomberg", ("Bloomberg",)),
    NewsAgency("Xinhua", ("Xinhua",), ("شينخوا", "شینهوا")),
    NewsAgency("TASS", ("TASS", "ТАСС"), ("تاس",)),
    NewsAgency("RIA Novosti", ("RIA Novosti", "РИА Новости"), ("RIA",)),
    NewsAgency("Interfax", ("Interfax", "Интерфакс")),
    NewsAgency("Sputnik", (), ("Sputnik", "سبوتنيك", "اسپوتنیک", "спутник")),
    NewsAgency("Anadolu", ("Anadolu",), ("AA", "Anadolu Agency", "Anadolu Ajansı", "الأناضول", "آناتولی")),
    NewsAgency("DHA", (), ("DHA",)),
    NewsAgency("IHA", (), ("i̇ha", "IHA")),
    NewsAgency("SANA", ("SANA", "САНА", "سانا", "סאנא")),
    NewsAgency("IRNA", ("IRNA", "ИРНА", "إرنا", "ایرنا")),
    NewsAgency("ISNA", ("ISNA", "ایسنا")),
    NewsAgency("Tasnim", ("Tasnim", "تسنيم", "تسنیم")),
    NewsAgency("Fars", ("Fars", "فارس"), ("Fars News Agency",)),
    NewsAgency("Mehr", ("Mehr",), ("Mehr News Agency", "MNA", "مهر")),
    NewsAgency("JTA", (), ("JTA",)),
    NewsAgency("KUNA", (), ("KUNA", "كونا")),
    NewsAgency("WAM", (), ("WAM", "وام")),
    NewsAgency("SPA", (), ("SPA", "واس")),
    NewsAgency("MENA", (), ("MENA",)),
    NewsAgency("NNA", (), ("NNA",)),
    NewsAgency("IANS", (), ("IANS",)),
    NewsAgency("PTI", (), ("PTI", "Press Trust of India")),
    NewsAgency("ANI", (), ("ANI",)),
    NewsAgency("APP", (), ("APP", "Associated Press of Pakistan")),
    NewsAgency("Ukrinform", (), ("Ukrinform", "Укрінформ", "Укринформ")),
    NewsAgency("UNIAN", (), ("UNIAN", "УНІАН", "УНИАН")),
    NewsAgency("BelTA", (), ("BelTA", "БелТА")),
    NewsAgency("AZERTAC", (), ("AZERTAC", "АЗЕРТАДЖ")),
    NewsAgency("Armenpress", (), ("Armenpress", "Арменпресс")),
    NewsAgency("WAFA", (), ("WAFA", "وفا")),
    NewsAgency("Petra", (), ("Petra", "بترا")),
    NewsAgency("QNA", (), ("QNA", "قنا")),
    NewsAgency("BNA", (), ("BNA", "بنا")),
    NewsAgency("INA", (), ("INA", "واع")),
    NewsAgency("APS", (), ("APS",)),
    NewsAgency("MAP", (), ("MAP",)),
    NewsAgency("ILNA", (), ("ILNA", "ایلنا")),
    NewsAgency("Kyodo", (), ("Kyodo", "Kyodo News")),
    NewsAgency("Yonhap", (), ("Yonhap",)),
    NewsAgency("KCNA", (), ("KCNA",)),
    NewsAgency("PAP", (), ("PAP",)),
    NewsAgency("ČTK", (), ("ČTK",)),
    NewsAgency("ANP", (), ("ANP",)),
    NewsAgency("Belga", (), ("Belga",)),
    NewsAgency("Lusa", (), ("Lusa", "Agência Lusa")),
    NewsAgency("APA", (), ("APA",)),
    NewsAgency("Europa Press", (), ("Europa Press",)),
    NewsAgency("Adnkronos", (), ("Adnkronos",)),
    NewsAgency("Prensa Latina", (), ("Prensa Latina",)),
)
