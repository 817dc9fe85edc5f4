"""News agencies, and how texts spell them."""

from typing import NamedTuple


class NewsAgency(NamedTuple):
    """`spellings` mean the agency wherever they stand, `credit_spellings` in a credit or a dateline only,
    since elsewhere they are other words as well ("PA", Persian "مهر", love), or rare."""

    name: str
    spellings: tuple[str, ...] = ()
    credit_spellings: tuple[str, ...] = ()


NEWS_AGENCIES = (
    NewsAgency(
        "Reuters", ("Reuters", "Рейтер", "رويترز", "رویترز", "רויטרס", "路透社"), ("Thomson Reuters",)
    ),
    NewsAgency(
        "AFP",
        ("AFP", "Agence France-Presse", "法新社"),
        ("فرانس برس", "ا ف ب", "أ ف ب", "خبرگزاری فرانسه"),
    ),
    NewsAgency(
        "AP", ("Associated Press", "美联社"), ("AP", "The Associated Press", "أسوشيتد برس", "آسوشیتدپرس")
    ),
    NewsAgency("dpa", ("DPA", "德新社"), ("Deutsche Presse-Agentur", "د ب أ")),
    NewsAgency("EFE", ("EFE",), ("Agencia EFE",)),
    NewsAgency("ANSA", ("ANSA",)),
    NewsAgency("PA", (), ("PA", "PA Media", "Press Association")),
    NewsAgency("UPI", (), ("UPI",)),
    NewsAgency("Bloomberg", ("Bloomberg",)),
    NewsAgency("Xinhua", ("Xinhua", "新华社"), ("شينخوا", "شینهوا")),
    NewsAgency("TASS", ("TASS", "ТАСС", "塔斯社"), ("تاس",)),
    NewsAgency("RIA Novosti", ("RIA Novosti", "РИА Новости", "俄新社"), ("RIA",)),
    NewsAgency("Interfax", ("Interfax", "Интерфакс")),
    NewsAgency("Sputnik", (), ("Sputnik", "سبوتنيك", "اسپوتنیک", "спутник")),
    NewsAgency("Anadolu", ("Anadolu",), ("AA", "Anadolu Agency", "Anadolu Ajansı", "الأناضول", "آناتولی")),
    NewsAgency("DHA", (), ("DHA",)),
    NewsAgency("IHA", (), ("i̇ha", "IHA")),
    NewsAgency("SANA", ("SANA", "САНА", "سانا", "סאנא", "叙通社")),
    NewsAgency("IRNA", ("IRNA", "ИРНА", "إرنا", "ایرنا", "伊通社")),
    NewsAgency("ISNA", ("ISNA", "ایسنا", "伊朗学生通讯社")),
    NewsAgency("Tasnim", ("Tasnim", "تسنيم", "تسنیم", "塔斯尼姆通讯社")),
    NewsAgency("Fars", ("Fars", "فارس", "法尔斯通讯社"), ("Fars News Agency",)),
    NewsAgency("Mehr", ("Mehr", "迈赫尔通讯社"), ("Mehr News Agency", "MNA", "مهر")),
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
    NewsAgency("Kyodo", ("共同社",), ("Kyodo", "Kyodo News")),
    NewsAgency("Yonhap", ("韩联社",), ("Yonhap",)),
    NewsAgency("KCNA", ("朝中社",), ("KCNA",)),
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
