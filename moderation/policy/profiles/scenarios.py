"""The eight scenarios of the product page. The numbers are places to start from, not measurements: each says why, and
a replay on one's own cases says what they would do there.
"""

from __future__ import annotations

from moderation.policy.errors import gettext_noop as _
from moderation.policy.profiles.profile import Number, Profile

_CSAM = _("No picture of child abuse may pass: what little suggests it is looked at, what is likely is blocked.")

PROFILES = (
    Profile(
        "social-public",
        _("Social, public posts"),
        _("Profile pictures and posts that everybody sees: strict."),
        (
            Number("minor/csam", 100, 300, _CSAM),
            Number("porn", 400, 700, _("Public posts reach minors too, so nudity is blocked before it is certain.")),
            Number("sexy", 700, None, _("Suggestive pictures are a matter of the house rules: a person decides them.")),
            Number("violence", 400, 850, _("News show violence as well, so only what is certain is blocked alone.")),
            Number("ban/illicit_drugs", 500, 850, _("Drugs are sold by posts; pictures of medicine look alike.")),
            Number(
                "ad/contact_information_solicitation",
                *(600, 900),
                _("Contact data in a picture mostly leads off the platform, but shops print it as well."),
            ),
            Number("qr", 800, None, _("A code says nothing by itself: a person follows the clear ones.")),
        ),
    ),
    Profile(
        "social-private",
        _("Social, private messages"),
        _("Pictures that adults send each other: lighter, and still nothing against children."),
        (
            Number("minor/csam", 100, 300, _CSAM),
            Number(
                "porn", 600, 900, _("Adults may send each other what the public does not see; the clear is blocked.")
            ),
            Number("sexy", None, None, _("Suggestive pictures between two people are their own affair.")),
            Number("violence/graphic_gore_scenes", 600, 900, _("Gore is sent to frighten; milder violence may pass.")),
            Number(
                "ad/contact_information_solicitation",
                *(800, None),
                _("Friends exchange contact data; only what looks like an advert for sure is looked at."),
            ),
        ),
    ),
    Profile(
        "dating",
        _("Dating"),
        _("Profiles without nudity, of adults alone, that do not lead elsewhere."),
        (
            Number("minor/csam", 100, 200, _CSAM),
            Number("porn", 300, 600, _("The house rule is no nudity, so doubt counts against the picture.")),
            Number("sexy/general_nudity", 400, 750, _("Partial nudity breaks the same rule, less clearly.")),
            Number("sexy", 650, None, _("Flirting is the purpose; only the strongest of it is looked at.")),
            Number("minor/child_subjects", 300, None, _("A child on a dating profile is an impostor or a parent.")),
            Number("minor/preschool_age_children", 300, None, _("As for every child: a person looks who it is.")),
            Number("minor/infants", 400, None, _("Mostly proud parents, whom a person asks for another picture.")),
            Number("minor/adults", None, None, _("That an adult is to be seen is what a profile picture is for.")),
            Number(
                "ad/contact_information_solicitation",
                *(500, 800),
                _("Contact data on profiles leads to fraud off the platform, where nobody sees it."),
            ),
            Number("qr", 600, 850, _("Nobody needs a code to be liked: it leads off the platform.")),
        ),
    ),
    Profile(
        "ad-tech",
        _("Advertising networks"),
        _("Creatives that publishers can show: being an advert is no fault, deceiving is."),
        (
            Number("minor/csam", 100, 200, _CSAM),
            Number("ad", None, None, _("Every picture here is an advert; only the kinds below are a fault.")),
            Number("ad/deceptive_click_bait_ads", 300, 600, _("False buttons cost publishers their readers’ trust.")),
            Number(
                "ad/low_quality_ad_creatives", 500, 850, _("Bad creatives are refused, not punished: few are urgent.")
            ),
            Number(
                "ad/general_industry_ad_creatives", 600, None, _("Which industries may advertise differs by country.")
            ),
            Number("porn", 400, 700, _("No publisher shows it, so a false alarm costs less than a complaint.")),
            Number(
                "sexy/sexual_provocation_and_innuendo", 500, 800, _("Provocation sells, and most publishers forbid it.")
            ),
            Number("ban", 400, 750, _("Regulated goods need a licence that the picture does not show.")),
            Number("politics", 500, None, _("Political advertising has rules of its own in most countries.")),
        ),
    ),
    Profile(
        "marketplace",
        _("Marketplaces"),
        _("Listings without forbidden goods; barcodes and clothes belong there."),
        (
            Number("minor/csam", 100, 200, _CSAM),
            Number("ban/military_weapons", 300, 600, _("Selling one is a crime in most countries.")),
            Number("ban/illicit_drugs", 300, 600, _("Selling them is a crime; medicine is sorted out by a person.")),
            Number("ban/controlled_bladed_weapons", 450, 750, _("Kitchen knives look alike and may be sold.")),
            Number(
                "ban/prohibited_items", 450, 750, _("What is forbidden differs by country: the unclear is looked at.")
            ),
            Number("ban/gambling_equipment", 500, 850, _("Playing cards and dice are toys as well.")),
            Number("porn", 500, 800, _("Underwear and art are sold with bare skin, so the unclear is looked at.")),
            Number("sexy", None, None, _("Clothes are sold on bodies.")),
            Number("qr/physical_goods_qr_and_barcode", None, None, _("Goods have codes printed on them.")),
            Number("qr/linear_barcode", None, None, _("Goods have barcodes printed on them.")),
            Number("qr", 500, 800, _("Other codes lead buyers past the checkout.")),
            Number("ad/contact_information_solicitation", 500, 800, _("Contact data leads buyers past the checkout.")),
        ),
    ),
    Profile(
        "gaming",
        _("Games and live streams"),
        _("Thumbnails, screenshots and pictures in chat: games are violent, adverts for boosting are not welcome."),
        (
            Number("minor/csam", 100, 300, _CSAM),
            Number(
                "ad/contact_information_solicitation", 400, 700, _("Boosting and stolen accounts are offered this way.")
            ),
            Number("ad/app_screenshot_ads", 500, 800, _("Screenshots of other apps poach players.")),
            Number("violence/violence_and_extremism_scenes", 850, None, _("Scenes of games look like violence.")),
            Number("violence/graphic_gore_scenes", 700, None, _("Gore may be a game’s: a person tells them apart.")),
            Number("violence/terrorist_organizations", 400, 800, _("Their signs are no game, in whatever scene.")),
            Number("porn", 400, 750, _("Streams are watched by minors, and a thumbnail stays.")),
            Number("sexy", 500, 900, _("Costumes are part of it; what only attracts viewers is not.")),
        ),
    ),
    Profile(
        "aigc",
        _("AI-generated content"),
        _("What a model draws, before it is shown: nobody is wronged by a second try, so it is strict."),
        (
            Number(
                "minor/csam", 50, 200, _("Drawn abuse is a crime in many countries, and a second try costs nothing.")
            ),
            Number(
                "sexy/female_suggestive_content/minor_female_suggestive_clothing",
                *(150, 500),
                _("The same, where the person drawn looks under age."),
            ),
            Number("porn", 300, 700, _("A false alarm costs another try, a picture that passed is passed on.")),
            Number(
                "porn/explicit_female_nudity_illustrated",
                350,
                700,
                _("Drawn is not milder where a model draws it all."),
            ),
            Number(
                "porn/explicit_female_nudity/ai_abnormally_large_breasts",
                *(400, 800),
                _("Wrong anatomy is a fault of quality first, of decency often."),
            ),
            Number(
                "porn/explicit_male_nudity/ai_anomalous_male_chest",
                *(400, 800),
                _("Wrong anatomy is a fault of quality first, of decency often."),
            ),
            Number("violence", 500, 850, _("Nobody is hurt in a drawing: only the clear is blocked.")),
            Number("politics", 500, 850, _("Invented pictures of politicians are taken for real ones.")),
        ),
    ),
    Profile(
        "forum",
        _("Communities and forums"),
        _("Civil discussion: graphic violence and extremism out, adverts kept low, opinions left alone."),
        (
            Number("minor/csam", 100, 300, _CSAM),
            Number("violence/graphic_gore_scenes", 400, 800, _("Shown to shock, it ends a discussion.")),
            Number(
                "violence/terrorist_organizations", 300, 700, _("Signs of hate recruit; reports about them are rarer.")
            ),
            Number("porn", 500, 850, _("Adults discuss it; the clear belongs elsewhere.")),
            Number("sexy", 850, None, _("Only the strongest is worth a person’s time here.")),
            Number("politics", 700, None, _("Opinions are what a forum is for: a person decides what is more.")),
            Number("ad/contact_information_solicitation", 500, 850, _("Adverts lead members to other places.")),
            Number("qr", 650, None, _("Codes lead members to other places; some are of events.")),
        ),
    ),
    Profile(
        "education",
        _("Education and children"),
        _("Seen by children: strict everywhere, and a person confirms what may have to be reported."),
        (
            Number("minor/csam", 50, 150, _("Whatever suggests it is seen by a person, who also reports it.")),
            Number("minor/child_targeted_violence", 200, 500, _("Made to look like a cartoon, so low scores count.")),
            Number("minor/child_subjects", None, None, _("Children are expected here; being one is no risk.")),
            Number("porn", 200, 500, _("A false alarm costs a lesson a picture, the other fault costs more.")),
            Number("sexy", 300, 600, _("Nothing suggestive belongs before children.")),
            Number("violence", 300, 650, _("Lessons of history show some: a person decides between.")),
            Number("ban", 300, 600, _("Drugs, weapons and gambling have no place; books about them are rare.")),
            Number("ban/prohibited_items/alcohol_bottle", 400, 700, _("Bottles stand in many pictures of families.")),
            Number("ad", 500, 800, _("Advertising to children is forbidden in many countries.")),
            Number("qr", 400, 700, _("A code leads a child to where nobody looks after it.")),
        ),
        otherwise="REVIEW",
        after_reject="confirm",
        why=_(
            "What no number speaks of is looked at too, and a person stands behind every rejection that is reported."
        ),
    ),
)


def by_key(key: str) -> Profile | None:
    return next((profile for profile in PROFILES if profile.key == key), None)
