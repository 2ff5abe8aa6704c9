"""Words that say nothing about what is searched for, and words that people write around it in whole sentences."""

from __future__ import annotations

_ENGLISH = """
a an and are as at be but by can do does for from how i if in into is it its me my no not of on or our so that the
their them then there these they this to was we what when where which who why will with you your
"""
_FRENCH = """
au aux avec ce ces comment dans de des du elle en est et il je la le les leur mais mon ne nous ou par pas pour pourquoi
qu que quel quelle qui sa se ses son sont sur un une vous
"""
_SPANISH = """
al como con cual cuando del donde el ella es esta este esto las lo los mi muy nos para pero por porque que se si sin
sobre su sus una uno y yo
"""
STOP_WORDS = frozenset(f"{_ENGLISH} {_FRENCH} {_SPANISH}".split())

_AROUND_ENGLISH = """
about after again all already also always am another any anybody anyone anything back because been before being
cannot could did didn does doesn doing don done down each either else ever every few get gets getting give go goes
going good got had has hasn have having he hello help her here hi him his however isn its itself just know let like
look make many may maybe me might more most much must need needs never new nobody none nor nothing now off often
only or other others ought out over own please possible problem put question really regards said same say see seem
seems she should since some somebody someone something still such sure take tell than thank thanks that them then
there these they thing things think those though through today together too tried try trying two under until up us
use used very via want wanted wants wasn way well went were what whether which while whoever whom whose will within
without would wouldn yes yesterday yet you yours
"""
_AROUND_FRENCH = """
alors aucun aucune aujourd aussi autre autres avais avait avant avez avoir avons bien bonjour cela cette ceux chaque
chez cordialement depuis dire dois doit donc encore entre essayer etait etre eux faire fais fait faut hui ici ils
jamais lequel lui maintenant mais meme merci moi moins ne nos notre nouveau nouvelle on ont ou peu peut peux plus
possible pouvez pouvons probleme puis quand quelque quelques question rien salut sans savoir serait seulement si
soit suis tous tout toute toutes tres trop va vais veux vos votre voudrais voulons
"""
_AROUND_SPANISH = """
ahora algo alguien algun alguna algunas algunos alli antes aqui asi aun aunque ayuda bien buenas buenos cada casi
cuales cualquier cuanto cuantos debe debo decir desde despues dias dice donde dos durante ellos entonces entre
eramos eso esos estaba estan estar estoy fue gracias ha haber hace hacer hacia han hasta hay he hemos hola hoy ir lo
mas menos mientras misma mismo mucho muchos muy nada nadie ni ningun ninguna nosotros nuestra nuestro nueva nuevo
nunca o otra otras otro otros pero poco podemos poder podria porque posible pregunta problema puede pueden puedo
quien quiere quiero quisiera saber saludos segun ser sido siempre somos son soy tambien tampoco tan tanto tener
tengo tiene tienen toda todas todavia todo todos usted ustedes va vamos ver ya
"""
FILLERS = frozenset(f"{_AROUND_ENGLISH} {_AROUND_FRENCH} {_AROUND_SPANISH}".split())
"""In a query of a few words, each of them may be meant. In a whole sentence, they are not what it is about."""
