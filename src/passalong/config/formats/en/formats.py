"""English dates on pages, in PDFs and on the command line: 22 Nov 2026.

Day, month in letters, whole year: read the same in every country, which 11/22/2026 and 22/11/2026 are not. The short
forms are the same on purpose. What is typed keeps Django's own formats, ISO first, as native date inputs need it.
"""

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "M Y"
MONTH_DAY_FORMAT = "j M"
