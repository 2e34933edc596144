from trato.imports.forms.layout import LayoutForm
from trato.imports.forms.mapping import MappingForm
from trato.imports.forms.upload import UploadForm

__all__ = ["LayoutForm", "MappingForm", "UploadForm"]
