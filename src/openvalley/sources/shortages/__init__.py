"""Regional shortage lists of Belgium: occupations that the employment services call short of people.

Reads the lists of Actiris, VDAB and Le Forem, writes shortage records. Next: atlas/, which compares them with
programmes; a shortage is a title in its own language, linked to no occupation here.
"""
