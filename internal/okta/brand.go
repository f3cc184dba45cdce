package okta

// brandOperations are the operations of the area Brand.
var brandOperations = []Operation{
	{ID: "listBrands", Area: "Brand", Method: "GET", Path: "/api/v1/brands", Scope: "okta.brands.read"},
	{ID: "getBrand", Area: "Brand", Method: "GET", Path: "/api/v1/brands/{brandId}", Scope: "okta.brands.read"},
	{ID: "updateBrand", Area: "Brand", Method: "PUT", Path: "/api/v1/brands/{brandId}", Scope: "okta.brands.manage"},
	{ID: "listEmailTemplates", Area: "Brand", Method: "GET", Path: "/api/v1/brands/{brandId}/templates/email", Scope: "okta.templates.read"},
	{ID: "getEmailTemplate", Area: "Brand", Method: "GET", Path: "/api/v1/brands/{brandId}/templates/email/{templateName}", Scope: "okta.templates.read"},
	{ID: "deleteEmailTemplateCustomizations", Area: "Brand", Method: "DELETE", Path: "/api/v1/brands/{brandId}/templates/email/{templateName}/customizations", Scope: "okta.templates.manage"},
	{ID: "listEmailTemplateCustomizations", Area: "Brand", Method: "GET", Path: "/api/v1/brands/{brandId}/templates/email/{templateName}/customizations", Scope: "okta.templates.read"},
	{ID: "createEmailTemplateCustomization", Area: "Brand", Method: "POST", Path: "/api/v1/brands/{brandId}/templates/email/{templateName}/customizations", Scope: "okta.templates.manage"},
	{ID: "deleteEmailTemplateCustomization", Area: "Brand", Method: "DELETE", Path: "/api/v1/brands/{brandId}/templates/email/{templateName}/customizations/{customizationId}", Scope: "okta.templates.manage"},
	{ID: "getEmailTemplateCustomization", Area: "Brand", Method: "GET", Path: "/api/v1/brands/{brandId}/templates/email/{templateName}/customizations/{customizationId}", Scope: "okta.templates.read"},
	{ID: "updateEmailTemplateCustomization", Area: "Brand", Method: "PUT", Path: "/api/v1/brands/{brandId}/templates/email/{templateName}/customizations/{customizationId}", Scope: "okta.templates.manage"},
	{ID: "getEmailTemplateCustomizationPreview", Area: "Brand", Method: "GET", Path: "/api/v1/brands/{brandId}/templates/email/{templateName}/customizations/{customizationId}/preview", Scope: "okta.templates.read"},
	{ID: "getEmailTemplateDefaultContent", Area: "Brand", Method: "GET", Path: "/api/v1/brands/{brandId}/templates/email/{templateName}/default-content", Scope: "okta.templates.read"},
	{ID: "getEmailTemplateDefaultContentPreview", Area: "Brand", Method: "GET", Path: "/api/v1/brands/{brandId}/templates/email/{templateName}/default-content/preview", Scope: "okta.templates.read"},
	{ID: "sendTestEmail", Area: "Brand", Method: "POST", Path: "/api/v1/brands/{brandId}/templates/email/{templateName}/test", Scope: "okta.templates.read"},
	{ID: "listBrandThemes", Area: "Brand", Method: "GET", Path: "/api/v1/brands/{brandId}/themes", Scope: "okta.brands.read"},
	{ID: "getBrandTheme", Area: "Brand", Method: "GET", Path: "/api/v1/brands/{brandId}/themes/{themeId}", Scope: "okta.brands.read"},
	{ID: "updateBrandTheme", Area: "Brand", Method: "PUT", Path: "/api/v1/brands/{brandId}/themes/{themeId}", Scope: "okta.brands.manage"},
	{ID: "deleteBrandThemeBackgroundImage", Area: "Brand", Method: "DELETE", Path: "/api/v1/brands/{brandId}/themes/{themeId}/background-image", Scope: "okta.brands.manage"},
	{ID: "uploadBrandThemeBackgroundImage", Area: "Brand", Method: "POST", Path: "/api/v1/brands/{brandId}/themes/{themeId}/background-image", Scope: "okta.brands.manage"},
	{ID: "deleteBrandThemeFavicon", Area: "Brand", Method: "DELETE", Path: "/api/v1/brands/{brandId}/themes/{themeId}/favicon", Scope: "okta.brands.manage"},
	{ID: "uploadBrandThemeFavicon", Area: "Brand", Method: "POST", Path: "/api/v1/brands/{brandId}/themes/{themeId}/favicon", Scope: "okta.brands.manage"},
	{ID: "deleteBrandThemeLogo", Area: "Brand", Method: "DELETE", Path: "/api/v1/brands/{brandId}/themes/{themeId}/logo", Scope: "okta.brands.manage"},
	{ID: "uploadBrandThemeLogo", Area: "Brand", Method: "POST", Path: "/api/v1/brands/{brandId}/themes/{themeId}/logo", Scope: "okta.brands.manage"},
}
